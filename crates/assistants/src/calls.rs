//! The tools as they are listed and called.

use serde_json::{Map, Value};

use trialdex_records::study::nearest_of;

use crate::answer::ToolAnswer;
use crate::arguments::Arguments;
use crate::failure::ToolFailure;
use crate::toolbox::Toolbox;
use crate::tools::{ToolRow, rows};

impl Toolbox {
    /// The tools that there are.
    fn rows(&self) -> impl Iterator<Item = &'static ToolRow> {
        let decides = self.decides();
        rows().iter().filter(move |row| decides || !row.decides)
    }

    /// The names of the tools.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.rows().map(|row| row.name)
    }

    /// The tools as the protocol lists them.
    #[must_use]
    pub fn list(&self) -> Vec<Value> {
        self.rows().map(ToolRow::listed).collect()
    }

    /// Calls a tool.
    ///
    /// # Errors
    ///
    /// There is no tool of that name. What is wrong with a call of one that there is, is its
    /// answer.
    pub fn call(
        &self,
        name: &str,
        arguments: Map<String, Value>,
    ) -> Result<ToolAnswer, ToolFailure> {
        let Some(row) = self.rows().find(|row| row.name == name) else {
            let names: Vec<&str> = self.names().collect();
            return Err(ToolFailure::new(format!("there is no tool `{name}`"))
                .hint(format!("the tools are {}", names.join(", ")))
                .nearest(nearest_of(name, names.into_iter())));
        };
        let answer = Arguments::new(arguments).and_then(|arguments| (row.call)(self, arguments));
        Ok(answer.unwrap_or_else(|failure| ToolAnswer::failed(&failure)))
    }
}
