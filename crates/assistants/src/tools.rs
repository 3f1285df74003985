//! The table of tools.

mod count;
mod fields;
mod passages;
mod screen;
mod search;
mod study;
mod thesaurus;
mod verify;

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::answer::ToolAnswer;
use crate::arguments::Arguments;
use crate::failure::ToolFailure;
use crate::toolbox::Toolbox;

/// A tool.
pub(crate) struct ToolRow {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What people read.
    title: &'static str,
    /// What a model reads: what it does, and when to use it.
    description: &'static str,
    /// The schema of its arguments.
    arguments: Value,
    /// It writes decisions, and is there only with a review.
    pub(crate) decides: bool,
    /// What it does.
    pub(crate) call: fn(&Toolbox, Arguments) -> Result<ToolAnswer, ToolFailure>,
}

impl ToolRow {
    /// The tool as the protocol lists it.
    pub(crate) fn listed(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.arguments,
            "annotations": {
                "readOnlyHint": !self.decides,
                "destructiveHint": false,
                "idempotentHint": !self.decides,
                "openWorldHint": false,
            },
        })
    }
}

static ROWS: LazyLock<[ToolRow; 8]> = LazyLock::new(|| {
    [
        search::row(),
        count::row(),
        study::row(),
        passages::row(),
        fields::row(),
        thesaurus::row(),
        verify::row(),
        screen::row(),
    ]
});

/// All tools.
pub(crate) fn rows() -> &'static [ToolRow] {
    &*ROWS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::tokens_of;

    #[test]
    fn the_list_of_tools_is_small() {
        let list: Vec<Value> = rows().iter().map(ToolRow::listed).collect();
        assert_eq!(list.len(), 8);
        let tokens = tokens_of(&Value::Array(list));
        assert!(tokens < 7_000, "{tokens} tokens");
    }
}
