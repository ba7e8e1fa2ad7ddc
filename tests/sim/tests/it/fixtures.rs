//! Answers of the real server, served unchanged.

use std::fs;
use std::path::Path;

use serde_json::json;
use wechat_sim::Sim;

use crate::http::Client;
use crate::http::get;
use crate::http::hex;

#[test]
fn every_fixture_is_served_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/wechat");
    let sim = Sim::builder().start();
    let mut served = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        sim.serve_fixture("/cgi-bin/draft/count", bytes.clone());
        let answer = get(&sim, "/cgi-bin/draft/count");
        assert_eq!(answer.body, bytes);
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        served += 1;
    }
    assert!(served > 70, "{served}");
}

#[test]
fn the_protobuf_of_a_temporary_news_item_is_the_captured_one() {
    let captured =
        include_str!("../../../data/wechat/get_material_news_protobuf-java_mp_test_2023.hex");
    let sim = Sim::builder()
        .images(4)
        .with(wechat_sim::Quirk::ProtobufItem)
        .start();
    let id = sim.account().images().nth(3).unwrap().media_id.clone();
    let client = Client::new(&sim);
    let answer = client.post("material/get_material", &json!({"media_id": id}));
    assert_eq!(hex(&answer.body), captured.trim());
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"1.jpg\"")
    );
    assert_eq!(answer.header("content-type"), None);
}
