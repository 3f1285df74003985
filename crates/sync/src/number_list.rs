//! The numbers of all studies of a registry.

use std::collections::HashSet;

use crate::error::SyncError;
use crate::registry::Registry;
use crate::report::{Say, SyncEvent};

/// How often a list begins again because its pages do not belong together.
const BEGINNINGS: u32 = 3;

/// The numbers of all studies.
pub(crate) struct NumberList {
    /// The time of the data, as the API says it.
    pub(crate) data: String,
    /// The numbers.
    pub(crate) numbers: HashSet<u32>,
}

/// Reads the numbers of all studies; the reason where the list is not whole.
///
/// # Errors
///
/// An API that cannot be reached, or refuses the request.
pub(crate) fn read(
    registry: &mut Registry<'_>,
    say: Say<'_>,
) -> Result<Result<NumberList, String>, SyncError> {
    let mut read = whole(registry, say)?;
    for _ in 1..BEGINNINGS {
        match read {
            Err(why) => say(SyncEvent::BeginsAgain(why)),
            Ok(list) => return Ok(Ok(list)),
        }
        read = whole(registry, say)?;
    }
    Ok(read)
}

fn whole(
    registry: &mut Registry<'_>,
    say: Say<'_>,
) -> Result<Result<NumberList, String>, SyncError> {
    let data = registry.data(say)?;
    let (mut numbers, mut total, mut next) = (HashSet::new(), None, None);
    loop {
        let page = registry.numbers(next.as_deref(), say)?;
        total = total.or(page.total);
        if let Some(why) = page.fault(numbers.len() as u64, total, &numbers) {
            return Ok(Err(why));
        }
        numbers.extend(page.numbers.iter().map(|nct| nct.number()));
        say(SyncEvent::Numbers(numbers.len() as u64, total));
        match page.next {
            Some(token) => next = Some(token),
            None => break,
        }
    }
    if registry.data(say)? != data {
        return Ok(Err("the data changed while their numbers were read".to_owned()));
    }
    let listed = numbers.len() as u64;
    Ok(match total {
        None => Err("the API does not say how many studies there are".to_owned()),
        Some(0) => Err("the API says that there are no studies".to_owned()),
        Some(total) if total != listed => {
            Err(format!("{total} numbers were announced, {listed} came"))
        }
        Some(_) => Ok(NumberList { data, numbers }),
    })
}
