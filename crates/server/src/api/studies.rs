//! `/studies`: pages of studies that match.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use trialdex_engine::search::HitWindow;
use trialdex_output::RegistryTable;
use trialdex_query::{SortBy, SortKey};
use trialdex_session::{AnyError, AskedSearch, OpenIndex, StudyPlace};

use super::answers::{CSV, JSON, answer, header_value, is_known, not_modified};
use super::api_error::ApiError;
use super::geo_decay::{GeoDecay, MOST_HITS};
use super::page_token::PageToken;
use super::pages::{Page, PageFormat};
use super::parameters::Parameters;
use super::projection::Projection;
use super::request::{PARAMETERS, geo_decay, search_request};
use crate::service::Service;

/// Studies of a page by default and at most.
const USUAL: usize = 10;
const MOST: usize = 1_000;

const NEXT_PAGE: &str = "x-next-page-token";
const TOTAL: &str = "x-total-count";

/// Answers `/studies`.
pub(crate) async fn studies(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    service
        .work(move |service, stop| {
            let given = Parameters::read(uri.query(), &PARAMETERS)?;
            let wanted = Wanted::read(service, &given, stop)?;
            let index = service.index_of(wanted.token)?;
            if is_known(&headers, &index.state().digest) {
                return Ok(not_modified(&index.state().digest));
            }
            page(&index, wanted)
        })
        .await
}

/// What a request asks for.
struct Wanted {
    asked: AskedSearch,
    format: PageFormat,
    count: bool,
    size: usize,
    token: Option<PageToken>,
    decay: Option<GeoDecay>,
}

impl Wanted {
    fn read(
        service: &Service,
        given: &Parameters,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, ApiError> {
        let csv = given.choice("format", &[("json", false), ("csv", true)], false)?;
        let legacy =
            given.choice("markupFormat", &[("markdown", false), ("legacy", true)], false)?;
        let token = given.get("pageToken").map(PageToken::read).transpose()?;
        let (count, size) = (given.flag("countTotal")? && token.is_none(), size(given)?);
        let mut asked = service.session.ask(search_request(given)?)?;
        asked.stop = stop.clone();
        // Where something else sorts them, relevance does not.
        let decay = geo_decay(given)?.filter(|_| is_by_relevance(&asked.order));
        let fields = given.filled_list("fields")?;
        let question = &asked.search.understood.question;
        let format = match (csv, fields) {
            (false, fields) => {
                PageFormat::Json(Projection::new(fields.as_deref(), Some(question), legacy)?)
            }
            (true, fields) => PageFormat::Csv(table(fields.as_deref())?),
        };
        Ok(Self { asked, format, count, size, token, decay })
    }
}

/// Whether nothing else than relevance says which hits come first.
fn is_by_relevance(order: &[SortKey]) -> bool {
    order.first().is_none_or(|key| key.by == SortBy::Relevance && key.descending)
}

/// The registry's table with the columns of a list.
pub(crate) fn table(fields: Option<&[&str]>) -> Result<RegistryTable, ApiError> {
    let Some(names) = fields else { return Ok(RegistryTable::whole()) };
    RegistryTable::with(names).map_err(|name| {
        let message = format!("Parameter 'fields' contains invalid CSV column name: '{name}'");
        ApiError::bad_request(message)
    })
}

fn size(given: &Parameters) -> Result<usize, ApiError> {
    let Some(typed) = given.get("pageSize") else { return Ok(USUAL) };
    let digits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(ApiError::value("pageSize", typed));
    }
    // More digits than a number has are more than the most, too.
    Ok(match typed.parse::<usize>().unwrap_or(MOST) {
        0 => USUAL,
        size => size.min(MOST),
    })
}

/// Runs the search for the hits of the page.
fn page(index: &Arc<OpenIndex>, wanted: Wanted) -> Result<Response, ApiError> {
    let Wanted { asked, format, count, size, token, decay } = wanted;
    // No more than there are, whatever a token says: so many places are made room for.
    let offset = token.map_or(0, |token| token.offset).min(index.state().studies);
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let window = HitWindow { offset, limit: Some(size) };
    let (places, total) = hits(index, &asked, window, decay)?;
    let end = offset.saturating_add(places.len());
    let next = (end < total && !places.is_empty())
        .then(|| PageToken::new(&index.state().digest, end).text());
    let (mime, begin, end) = match &format {
        PageFormat::Json(_) => (JSON, json_begin(count, total), json_end(&places, next.as_deref())),
        PageFormat::Csv(table) => (CSV, heading(table, token.is_none())?, String::new()),
    };
    let csv = matches!(format, PageFormat::Csv(_));
    let body = Page::new(index.clone(), format, places, begin, end).into_body()?;
    let mut response = answer(&index.state().digest, mime, body);
    if csv {
        if let Some(next) = next {
            response.headers_mut().insert(NEXT_PAGE, header_value(&next));
        }
        if count {
            response.headers_mut().insert(TOTAL, header_value(&total.to_string()));
        }
    }
    Ok(response)
}

/// Where the studies of a window are stored, and how many were found.
fn hits(
    index: &OpenIndex,
    asked: &AskedSearch,
    window: HitWindow,
    decay: Option<GeoDecay>,
) -> Result<(Vec<StudyPlace>, usize), AnyError> {
    let found = index.search(asked, window)?;
    let total = found.hits.total();
    let Some(decay) = decay.filter(|_| total <= MOST_HITS) else {
        return Ok((found.hits.places(), total));
    };
    drop(found);
    let all = index.search(asked, HitWindow { offset: 0, limit: None })?;
    let (order, places) = (decay.order(&all)?, all.hits.places());
    let shown = order.into_iter().skip(window.offset).take(window.limit.unwrap_or(MOST_HITS));
    Ok((shown.filter_map(|at| places.get(at).copied()).collect(), total))
}

fn json_begin(count: bool, total: usize) -> String {
    match count {
        true => format!("{{\"totalCount\":{total},\"studies\":["),
        false => "{\"studies\":[".to_owned(),
    }
}

/// The token comes last: a client reads the end of the text alone.
fn json_end<T>(places: &[T], next: Option<&str>) -> String {
    let end = if places.is_empty() { "]" } else { "\n]" };
    match next {
        Some(token) => format!("{end},\"nextPageToken\":\"{token}\"}}"),
        None => format!("{end}}}"),
    }
}

fn heading(table: &RegistryTable, first: bool) -> Result<String, ApiError> {
    let mut heading = Vec::new();
    if first {
        table.write_heading(&mut heading).map_err(|error| ApiError::failed(error.to_string()))?;
    }
    Ok(String::from_utf8_lossy(&heading).into_owned())
}
