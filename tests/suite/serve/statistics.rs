//! Statistics about all studies.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{RunningServer, Sandbox, studies};

#[test]
fn statistics_are_of_the_studies_and_kept_for_the_next_start() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["three", "two", "two"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let kept = sandbox.root().join("index/statistics.json.gz");
    let server = RunningServer::of(&sandbox, &[]);
    let titles = "/stats/field/values?fields=BriefTitle,HasResults,NumNCTAliases";
    let values = json!([
        {
            "type": "STRING", "piece": "BriefTitle",
            "field": "protocolSection.identificationModule.briefTitle",
            "missingStudiesCount": 0, "uniqueValuesCount": 2,
            "topValues": [
                {"value": "two", "studiesCount": 2}, {"value": "three", "studiesCount": 1},
            ],
            "longest": {"length": 5, "nctId": "NCT90000001", "value": "three"},
        },
        {
            "type": "BOOLEAN", "piece": "HasResults", "field": "hasResults",
            "missingStudiesCount": 0, "trueCount": 0, "falseCount": 3,
        },
        {
            "type": "INTEGER", "piece": "NumNCTAliases",
            "field": "protocolSection.identificationModule.numNctAliases",
            "missingStudiesCount": 0, "min": 1, "max": 1, "avg": 1.0,
        },
    ]);
    assert_eq!(server.json(titles), values);
    assert_eq!(
        server.json("/stats/field/sizes?fields=NCTIdAlias,Phase"),
        json!([
            {
                "piece": "NCTIdAlias",
                "field": "protocolSection.identificationModule.nctIdAliases",
                "uniqueSizesCount": 1, "minSize": 1, "maxSize": 1,
                "topSizes": [{"size": 1, "studiesCount": 3}],
            },
            {
                "piece": "Phase", "field": "protocolSection.designModule.phases",
                "uniqueSizesCount": 0,
            },
        ])
    );
    let sizes = server.json("/stats/size");
    assert_eq!(sizes["totalStudies"], 3);
    assert_eq!(sizes["largestStudies"].as_array().map(Vec::len), Some(3));
    assert_eq!(server.json("/stats/field/values").as_array().map(Vec::len), Some(418));
    assert_eq!(server.json("/stats/field/sizes").as_array().map(Vec::len), Some(71));
    let begin = Instant::now();
    while !kept.exists() {
        assert!(begin.elapsed() < Duration::from_secs(30), "nothing is kept");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(server);
    // It is read by the next server, and not by one over other studies.
    let server = RunningServer::of(&sandbox, &[]);
    assert_eq!(server.json(titles), values);
    sandbox.run(&["check"]).success();
    sandbox.write("dump.json", studies(&["four"]));
    sandbox.index(&["dump.json", "--prune"]);
    let begin = Instant::now();
    while server.json("/stats/size")["totalStudies"] != 1 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the statistics stay the old ones");
        std::thread::sleep(Duration::from_millis(50));
    }
    let value = server.json("/stats/field/values?fields=BriefTitle")[0]["topValues"].clone();
    assert_eq!(value, json!([{"value": "four", "studiesCount": 1}]));
    assert_eq!(server.get("/stats/size").headers["etag"], server.get("/version").headers["etag"]);
}
