//! The terms of a version, beside it: documents with parts of the terms of a field, and a directory
//! with the first term of each part.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::index::{ClusterIndex, TermDirectory, lock, terms_of};
use crate::layout::{Kind, is_by_surface, kind, name};
use crate::sender::Sender;
use crate::term_parts::TermPart;
use crate::terms::FieldTerms;
use trialdex_engine::index::Store;
use trialdex_plan::layout::{IndexField, all_fields};

/// Terms of a part at most.
const TOGETHER: usize = 4_000;

/// Terms of a part of the directory at most.
const FIRSTS_TOGETHER: usize = 20_000;

/// Says in place of a field that a document is a part of the directory. No field has such a name.
const DIRECTORY: &str = ":directory";

fn id(field: &str, part: usize) -> String {
    format!("{field}.{part}")
}

/// Sends the terms of all fields, and gives the number of documents with them.
pub(crate) fn send_terms(store: &Store, sender: &mut Sender<'_>) -> Result<u64, ClusterError> {
    let (mut documents, mut part) = (0, 0);
    let (mut firsts, mut waiting) = (Map::new(), 0);
    for field in all_fields() {
        if matches!(kind(field), Kind::Number { .. } | Kind::Values) {
            continue;
        }
        let (field, all) = (name(field), store.counted_terms(field)?);
        for (at, terms) in all.chunks(TOGETHER).enumerate() {
            let terms = terms.iter().map(|counted| match counted.of_word == counted.studies {
                true => json!([counted.term, counted.studies]),
                false => json!([counted.term, counted.studies, counted.of_word]),
            });
            let terms: Vec<Value> = terms.collect();
            sender.add(&id(&field, at), &json!({"field": field, "part": at, "terms": terms}))?;
            documents += 1;
        }
        let of_field: Vec<&str> =
            all.chunks(TOGETHER).map(|terms| terms[0].term.as_str()).collect();
        waiting += of_field.len();
        firsts.insert(field, of_field.into());
        if waiting > FIRSTS_TOGETHER {
            send_directory(sender, &mut part, &std::mem::take(&mut firsts), false)?;
            waiting = 0;
        }
    }
    send_directory(sender, &mut part, &firsts, true)?;
    sender.flush()?;
    Ok(documents + part as u64)
}

fn send_directory(
    sender: &mut Sender<'_>,
    part: &mut usize,
    firsts: &Map<String, Value>,
    last: bool,
) -> Result<(), ClusterError> {
    let document = json!({"field": DIRECTORY, "part": *part, "last": last, "terms": firsts});
    sender.add(&id(DIRECTORY, *part), &document)?;
    *part += 1;
    Ok(())
}

impl ClusterIndex {
    /// The terms of a field, whose parts are read when they are asked for.
    pub(crate) fn terms(&self, field: IndexField) -> Result<FieldTerms<'_>, ClusterError> {
        let field = match field {
            IndexField::Surfaces(id) if is_by_surface(field) => IndexField::Words(id),
            field => field,
        };
        let by_surface = is_by_surface(field);
        let (field, directory) = (name(field), self.term_directory()?);
        let firsts = directory.get(&field).cloned();
        let firsts = firsts.ok_or_else(|| self.without_terms(&field))?;
        let part = Box::new(move |at: usize| self.term_part(&field, at));
        Ok(FieldTerms { firsts, by_surface, part })
    }

    fn without_terms(&self, field: &str) -> ClusterError {
        unreadable(&terms_of(&self.version), &format!("terms of {field} are missing"))
    }

    fn term_part(&self, field: &str, at: usize) -> Result<Arc<TermPart>, ClusterError> {
        if let Some(known) = lock(&self.term_parts).get(field, at) {
            return Ok(known);
        }
        let document = self.term_document(field, at)?;
        let terms = document["terms"].as_array().ok_or_else(|| self.without_terms(field))?;
        let known = |term: &'_ Value| -> Option<(u64, u64)> {
            let studies = term[1].as_u64()?;
            Some((studies, term[2].as_u64().unwrap_or(studies)))
        };
        let terms = terms.iter().map(|term| {
            let (studies, of_word) = known(term)?;
            Some((term[0].as_str()?, studies, of_word))
        });
        let part: Option<TermPart> = terms.collect();
        let part = Arc::new(part.ok_or_else(|| self.without_terms(field))?);
        lock(&self.term_parts).keep(field, at, part.clone());
        Ok(part)
    }

    /// The first term of each part of all fields, read once.
    fn term_directory(&self) -> Result<Arc<TermDirectory>, ClusterError> {
        if let Some(known) = &*lock(&self.directory) {
            return Ok(known.clone());
        }
        let mut all = TermDirectory::new();
        for part in 0.. {
            let document = self.term_document(DIRECTORY, part)?;
            let fields = document["terms"].as_object();
            for (field, firsts) in fields.ok_or_else(|| self.without_terms(DIRECTORY))? {
                let firsts = firsts.as_array().into_iter().flatten().map(Value::as_str);
                let firsts: Option<Vec<String>> =
                    firsts.map(|first| first.map(ToOwned::to_owned)).collect();
                let firsts = firsts.ok_or_else(|| self.without_terms(field))?;
                all.insert(field.clone(), Arc::new(firsts));
            }
            // The last part says that it is.
            if document["last"] == Value::Bool(true) {
                break;
            }
        }
        let all = Arc::new(all);
        *lock(&self.directory) = Some(all.clone());
        Ok(all)
    }

    /// What a document with terms holds.
    fn term_document(&self, field: &str, part: usize) -> Result<Value, ClusterError> {
        let body = json!({
            "size": 1,
            "query": {"ids": {"values": [id(field, part)]}},
            "_source": ["terms", "last"],
        });
        let mut answer = self.search_in(&terms_of(&self.version), &body)?;
        let document = answer["hits"]["hits"].get_mut(0).map(|hit| hit["_source"].take());
        document.ok_or_else(|| self.without_terms(field))
    }
}
