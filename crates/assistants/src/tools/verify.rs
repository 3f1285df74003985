//! Runs a search again from its receipt.

use serde_json::{Value, json};

use trialdex_engine::search::receipt::{Change, verify};
use trialdex_plan::receipt::Receipt;
use trialdex_session::AskedSearch;

use super::ToolRow;
use crate::answer::{Budget, ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::failure::ToolFailure;
use crate::schema::{self, text, tokens};
use crate::toolbox::Toolbox;

pub(super) fn row() -> ToolRow {
    let receipt = "Address of a receipt, as search gives it, or a receipt as JSON";
    ToolRow {
        name: "verify",
        title: "Verify a receipt",
        description: "Runs a search again from its receipt and says whether the same studies \
            come in the same order, and which came, went or changed.",
        arguments: schema::object(vec![text("receipt", receipt), tokens()], &["receipt"]),
        decides: false,
        call,
    }
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let given = arguments.value("receipt");
    let budget = arguments.budget()?;
    arguments.end()?;
    let receipt = receipt(tools, given)?;
    let replayed = receipt.replay()?;
    let search = replayed.search;
    let session_own = tools.ask(trialdex_plan::SearchRequest::default())?.own;
    // Whoever sends a receipt has no files here: the list of the server is used or none.
    let own = session_own.filter(|own| receipt.synonyms.as_deref() == Some(own.digest()));
    if receipt.synonyms.is_some() && own.is_none() {
        return Err(ToolFailure::new(
            "the receipt is of a search with a list of synonyms that this server does not have",
        ));
    }

    let asked = AskedSearch::new(search, own)?;
    let index = tools.index();
    let options = asked.options();
    let verified = verify(&receipt, index.index(), &options, asked.expression())?;
    let mut value = json!({
        "same": verified.same_hits && verified.same_order,
        "sameHits": verified.same_hits,
        "sameOrder": verified.same_order,
        "sameIndex": verified.same_index,
        "sameQuery": verified.same_query,
        "sameRanking": verified.same_ranking,
        "then": verified.totals.0,
        "total": verified.totals.1,
        "date": clipped(&receipt.date, 40),
        "understood": budget.eighth(&receipt.understood),
        "came": verified.came.len(),
        "went": verified.went.len(),
        "changed": verified.changed.len(),
        "index": index.state().digest,
    });
    let changed = verified.changed.iter().map(|nct| (nct.clone(), Change::Changed));
    let lists = [("came", verified.came), ("went", verified.went), ("changed", changed.collect())];
    value["differences"] = differences(lists, &value, budget).into();
    Ok(ToolAnswer::new(value, budget))
}

/// The studies that came, went or changed, as many as there is room for.
fn differences(
    lists: [(&str, Vec<(String, Change)>); 3],
    head: &Value,
    budget: Budget,
) -> Vec<Value> {
    let mut room = budget.room(head);
    let all = lists.into_iter().flat_map(|(what, studies)| {
        studies.into_iter().map(move |(nct, change)| json!([what, clipped(&nct, 20), change]))
    });
    all.map_while(|difference| room.take(difference)).collect()
}

/// The receipt that is meant.
fn receipt(tools: &Toolbox, given: Option<Value>) -> Result<Receipt, ToolFailure> {
    let no_receipt = |error: &dyn std::fmt::Display| {
        ToolFailure::new(error.to_string()).hint("give the receipt whole, as it was written")
    };
    match given {
        None => Err(ToolFailure::new("`receipt` is not given")),
        Some(Value::Object(object)) => {
            Receipt::from_json(&Value::Object(object).to_string()).map_err(|it| no_receipt(&it))
        }
        Some(Value::String(text)) if text.trim_start().starts_with('{') => {
            Receipt::from_json(&text).map_err(|error| no_receipt(&error))
        }
        Some(Value::String(name)) => match tools.receipts.find(&name) {
            Some(kept) => kept.receipt(tools.stop()),
            None => Err(ToolFailure::new(format!("there is no receipt `{}`", clipped(&name, 80)))
                .hint("the server forgets receipts when it ends: give it as JSON, or search again")
                .nearest(tools.receipts.latest(3).into_iter().map(|kept| kept.name))),
        },
        Some(_) => Err(ToolFailure::new("`receipt` is neither an address nor a receipt")),
    }
}
