use crate::client::Client;
use crate::site::{Api, CHAIR, PROVINCE, Plan, SECRETARY, Site, commune};
use calamine::{Data, Range, Reader, Xlsx};
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_signaling::wire::{Command, Goodbye, Representative};
use serde_json::Value;
use std::io::Cursor;
use std::time::Duration;

/// Vietnam has no summer time.
const ZONE: TimeDelta = TimeDelta::hours(7);

async fn get(api: &Api, extension: &str) -> reqwest::Response {
    let response = api
        .http
        .get(api.of_briefing(&format!("attendance.{extension}")))
        .bearer_auth(&api.tokens[SECRETARY])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    response
}

/// A time of a workbook, as the moment it means.
fn moment(cell: &Data) -> DateTime<Utc> {
    let Data::DateTime(at) = cell else {
        panic!("not a time: {cell:?}");
    };
    #[expect(clippy::cast_possible_truncation, reason = "a date of this century")]
    let seconds = ((at.as_f64() - 25_569.0) * 86_400.0).round() as i64;
    DateTime::from_timestamp(seconds, 0).unwrap() - ZONE
}

fn says(cell: &Data, words: &str) -> bool {
    matches!(cell, Data::String(said) if said == words)
}

fn column(table: &Range<Data>, header: usize, name: &str) -> usize {
    table
        .rows()
        .nth(header)
        .unwrap()
        .iter()
        .position(|cell| says(cell, name))
        .unwrap_or_else(|| panic!("no column {name}"))
}

/// The row of the header: the first whose first cell is that of the table.
fn header(table: &Range<Data>, first: &str) -> usize {
    table.rows().position(|row| says(&row[0], first)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workbook_and_list_say_what_happened_to_the_second() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    let mut secretary = Client::join(&api, SECRETARY).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let before = Utc::now();
    let mut province = Client::join(&api, PROVINCE).await;
    let after = Utc::now();
    province.done(Command::SetHeadcount { count: 7 }).await;
    province
        .done(Command::SetRepresentative {
            representative: Representative {
                name: "Hoàng Văn Thụ".to_owned(),
                title: "Phó Chủ tịch".to_owned(),
                deputising: true,
            },
        })
        .await;
    province.done(Command::RaiseHand).await;
    let seat = province.seat();
    chair
        .done(Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        })
        .await;
    province.done(Command::OpenMic).await;
    // So that the speech has a length that shows.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    province.done(Command::EndFloor { seat: None }).await;
    secretary.done(Command::StartRollCall { seconds: 60 }).await;
    province.done(Command::AnswerRollCall).await;
    secretary.done(Command::CloseRollCall).await;
    chair.done(Command::Close).await;
    assert_eq!(province.goodbye().await, Goodbye::Ended);

    let told: Value = get(&api, "json").await.json().await.unwrap();
    let point = told["points"]
        .as_array()
        .unwrap()
        .iter()
        .find(|point| point["name"] == "Tỉnh Lào Cai")
        .unwrap();
    let joined: DateTime<Utc> = point["first_joined"].as_str().unwrap().parse().unwrap();
    assert!(before <= joined && joined <= after);
    assert_eq!(point["headcount"], 7);
    assert_eq!(
        told["speeches"][0]["seconds"].as_u64().unwrap().clamp(1, 3),
        told["speeches"][0]["seconds"].as_u64().unwrap()
    );

    let bytes = get(&api, "xlsx").await.bytes().await.unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    assert_eq!(
        book.sheet_names(),
        [
            "Tổng hợp",
            "Theo điểm cầu",
            "Theo người",
            "Điểm danh",
            "Phát biểu"
        ]
    );
    let table = book.worksheet_range("Theo điểm cầu").unwrap();
    let top = header(&table, "STT");
    let at = |name| column(&table, top, name);
    let row = table
        .rows()
        .find(|row| says(&row[at("Điểm cầu")], "Tỉnh Lào Cai"))
        .unwrap();
    assert_eq!(moment(&row[at("Vào lúc")]).timestamp(), joined.timestamp());
    assert_eq!(row[at("Số người dự")], Data::Float(7.0));
    assert_eq!(row[at("Dự thay")].to_string(), "x");
    assert_eq!(row[at("Người đại diện")].to_string(), "Hoàng Văn Thụ");
    let text: String = table
        .rows()
        .take(top)
        .map(|row| row[0].to_string())
        .collect();
    assert!(text.contains(told["briefing"]["ledger_head"].as_str().unwrap()));
    let summary = book.worksheet_range("Tổng hợp").unwrap();
    let total = summary
        .rows()
        .find(|row| says(&row[0], "Tổng cộng"))
        .unwrap();
    let invited = column(&summary, header(&summary, "Đơn vị"), "Điểm cầu được mời");
    assert_eq!(total[invited], Data::Float(4.0));
    let rolls = book.worksheet_range("Điểm danh").unwrap();
    assert!(
        rolls
            .rows()
            .any(|row| says(&row[2], "Tỉnh Lào Cai") && says(&row[5], "Điểm cầu trả lời"))
    );

    let pdf = get(&api, "pdf").await.bytes().await.unwrap();
    let printed = words_of(&pdf);
    for said in [
        "Tỉnh Lào Cai",
        &(joined + ZONE).format("%H:%M:%S").to_string(),
        "Dự thay: Hoàng Văn Thụ",
        told["briefing"]["ledger_head"].as_str().unwrap(),
    ] {
        assert!(printed.contains(said), "{said} is not in:\n{printed}");
    }

    let csv = get(&api, "csv").await.bytes().await.unwrap();
    assert!(csv.starts_with("\u{feff}STT,".as_bytes()));
    let text = String::from_utf8(csv.to_vec()).unwrap();
    assert!(text.contains("\r\n"));
    let line = text
        .lines()
        .find(|line| line.contains("Tỉnh Lào Cai"))
        .unwrap();
    assert!(line.contains(&(joined + ZONE).format("%d/%m/%Y %H:%M:%S").to_string()));
}

/// The words of a PDF in reading order, lines joined.
fn words_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("attendance.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = std::process::Command::new("pdftotext")
        .args(["-enc", "UTF-8"])
        .arg(&file)
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_printed_hash_and_the_exported_ledger_can_be_verified() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    chair.done(Command::Close).await;
    let told: Value = get(&api, "json").await.json().await.unwrap();
    let (seq, head) = (
        told["briefing"]["ledger_seq"].as_u64().unwrap(),
        told["briefing"]["ledger_head"].as_str().unwrap(),
    );
    let asked = async |briefing: &str, seq: u64, hash: &str| -> bool {
        // Nobody signs in for this.
        let answer = api
            .http
            .get(api.url(&format!("/verify/{briefing}/{seq}/{hash}")))
            .header("accept", "application/json")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let told: Value = answer.json().await.unwrap();
        told["matches"].as_bool().unwrap()
    };
    let id = told["briefing"]["id"].as_str().unwrap();
    assert!(asked(id, seq, head).await);
    assert!(!asked(id, seq - 1, head).await);
    assert!(!asked(id, seq, &"0".repeat(64)).await);
    assert!(!asked("00000000-0000-0000-0000-000000000001", seq, head).await);
    let page = api
        .http
        .get(api.url(&format!("/verify/{id}/{seq}/{head}")))
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("Khớp với sổ phiên"), "{page}");
    assert!(!page.contains("Giao ban"), "{page}");

    let file = api
        .http
        .get(api.of_briefing("ledger.jsonl"))
        .bearer_auth(&api.tokens[SECRETARY])
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let checked = giaoban_server::ledger::file::check(&file).unwrap();
    assert_eq!(checked.briefing.to_string(), id);
    // The room may have written a beat meanwhile.
    assert!(checked.head.seq >= seq);
    let cut = file.trim_end().rsplit_once('\n').unwrap().0;
    assert!(giaoban_server::ledger::file::check(cut).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_may_not_read_the_attendance() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let refused = api
        .http
        .get(api.of_briefing("attendance.xlsx"))
        .bearer_auth(&api.tokens[&commune(1)])
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
}
