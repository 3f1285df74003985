//! What programs send that were written for the registry.

use serde_json::{Value, json};

use super::{RunningServer, Sandbox, numbers, studies, with_corpus};

/// Three studies, in Boston, New York and Philadelphia.
fn along_the_coast() -> Sandbox {
    let places = [(42.36, -71.06), (40.71, -74.01), (39.95, -75.17)];
    let studies = (1..).zip(places).map(|(number, (lat, lon))| {
        json!({"protocolSection": {
            "identificationModule":
                {"nctId": format!("NCT9000000{number}"), "briefTitle": "Sleep at sea"},
            "contactsLocationsModule":
                {"locations": [{"city": "City", "geoPoint": {"lat": lat, "lon": lon}}]},
        }})
    });
    let dump = Value::Array(studies.collect()).to_string();
    let sandbox = Sandbox::with(&[("dump.json", dump.as_bytes())]);
    sandbox.index(&["dump.json"]);
    sandbox
}

#[test]
fn relevance_falls_with_distance() {
    let sandbox = along_the_coast();
    let server = RunningServer::of(&sandbox, &[]);
    let near = "&filter.geo=distance(39.95,-75.17,500mi)";
    let (first, second, third) = ("NCT90000001", "NCT90000002", "NCT90000003");
    let decay = "&geoDecay=func:gauss,scale:100mi,offset:0mi,decay:0.5";
    let all = |query: &str, size| server.all(query, size);
    assert_eq!(all(near, 10), [first, second, third]);
    assert_eq!(all(decay, 10), [first, second, third], "from nowhere");
    for query in ["", "&query.term=sleep", "&query.term=sleep&sort=@relevance"] {
        for size in [1, 2, 10] {
            assert_eq!(all(&format!("{query}{near}{decay}"), size), [third, second, first]);
        }
    }
    let sorted = format!("{near}{decay}&sort=NumLocations");
    assert_eq!(all(&sorted, 10), [first, second, third], "sorted otherwise");
    // Within the offset all are as near.
    let offset = "&geoDecay=func:linear,scale:1mi,offset:500mi,decay:0.5";
    assert_eq!(all(&format!("{near}{offset}"), 10), [first, second, third]);
    // A radius without a place leaves nothing out, and is no place to be near to.
    let radius = format!("&filter.geo=distance(50){decay}");
    assert_eq!(all(&radius, 10), [first, second, third]);
    let later =
        format!("&filter.geo=distance(50)&postFilter.geo=distance(40.71,-74.01,10km){decay}");
    assert_eq!(all(&later, 10), [second]);
}

#[test]
fn addresses_are_read_as_programs_write_them() {
    let sandbox = with_corpus();
    let server = RunningServer::of(&sandbox, &[]);
    let found = server.json("/studies?query.term=anemia+OR+insomnia&fields=NCTId&pageSize=1000");
    assert!(!numbers(&found).is_empty());
    for same in [
        "/studies?query.term=anemia%20OR%20insomnia&fields=NCTId&pageSize=1000",
        "/studies/?query.term=anemia+OR+insomnia&fields=NCTId&pageSize=1000",
        "/studies?pageSize=99999&fields=NCTId%7CNCTId&query.term=anemia++OR+insomnia&",
        "/studies?query.term=asthma&fields=NCTId&query.term=anemia+OR+insomnia&pageSize=1000",
        "/studies?format=json&markupFormat=markdown&query.term=anemia+OR+insomnia&fields=protocolSection.identificationModule.nctId&pageSize=1000&pageToken=&query.cond=",
    ] {
        assert_eq!(server.json(same), found, "{same}");
    }
    // Names of parameters are written in one way.
    let told = server.refused("/studies?QUERY.TERM=anemia");
    assert_eq!(told, (400, "Invalid prefix in parameter name: QUERY.TERM".to_owned()));
    assert_eq!(server.refused("/studies?pagesize=10").0, 400);
    let study = server.json("/studies/NCT90000001");
    assert_eq!(server.json("/studies/NCT90000001/"), study);
    for path in ["/version/", "/studies/metadata/", "/stats/size/"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn an_older_number_leads_to_the_study_with_or_without_a_slash() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["one"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let server = RunningServer::of(&sandbox, &[]);
    for path in ["/studies/NCT90000091", "/studies/nct90000091/"] {
        let moved = server.get(path);
        assert_eq!(moved.headers["location"], "/api/v2/studies/NCT90000001", "{path}");
    }
}
