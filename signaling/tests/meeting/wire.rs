//! What goes over the wire, letter by letter, in a short conversation. Labels are shortened to the name of who they are.

use crate::world::World;
use crate::world::plan::session;
use giaoban_signaling::wire::Command;
use insta::assert_snapshot;

/// Everything that was sent since the last time to these.
fn sent_to(world: &mut World, names: &[&str]) -> String {
    let said = world.wire.replace(Vec::new()).unwrap_or_default();
    let to_them = said
        .into_iter()
        .filter(|line| names.iter().any(|name| line.starts_with(name)));
    let mut text = to_them.collect::<Vec<_>>().join("\n");
    for name in ["chair", "secretary", "p1", "p2"] {
        let label = serde_json::to_string(&world.view(name).me.label).unwrap();
        text = text.replace(&label, &format!("<{name}>"));
        text = text.replace(&world.seat(name).to_string(), name);
        text = text.replace(&world.point(name).to_string(), &format!("point of {name}"));
    }
    text
}

#[test]
fn a_hand_a_grant_and_a_return() {
    let mut world = session(2, 2);
    world.wire = Some(Vec::new());
    world.done("p1", Command::RaiseHand);
    assert_snapshot!(sent_to(&mut world, &["p1", "p2", "secretary"]), @r#"
    p1 {"type":"update","seq":9,"now":"2025-11-24T16:00:02Z","changes":[{"section":"floor","value":{"holders":[],"queue":[{"label":<p1>,"raised_at":"2025-11-24T16:00:02Z"}],"chair_mic":false,"chair":<chair>,"undo_until":null,"undo_count":0}},{"section":"me","value":{"label":<p1>,"account":"00000000-0000-0003-0000-000000000001","admitted":true,"may_grant":false,"board":false,"representative":null,"headcount":null,"share":"none","muted_by_chair":null}},{"section":"points","value":[{"point":"point of p1","unit":"01","name":"Tỉnh 1","group":"01","group_name":"Nhóm 01","phone":null,"seat":"p1","presence":"present","joined_at":"2025-11-24T16:00:00Z","representative":{"name":"Giàng A 1","title":"Chủ tịch","deputising":false},"headcount":null,"hand":1,"speaking":false,"link":"unknown","lost_since":null,"mark":null,"answer":null}]}]}
    secretary {"type":"update","seq":9,"now":"2025-11-24T16:00:02Z","changes":[{"section":"floor","value":{"holders":[],"queue":[{"label":<p1>,"raised_at":"2025-11-24T16:00:02Z"}],"chair_mic":false,"chair":<chair>,"undo_until":null,"undo_count":0}},{"section":"points","value":[{"point":"point of p1","unit":"01","name":"Tỉnh 1","group":"01","group_name":"Nhóm 01","phone":null,"seat":"p1","presence":"present","joined_at":"2025-11-24T16:00:00Z","representative":{"name":"Giàng A 1","title":"Chủ tịch","deputising":false},"headcount":null,"hand":1,"speaking":false,"link":"unknown","lost_since":null,"mark":null,"answer":null}]},{"section":"counts","value":{"points":3,"present":3,"absent":0,"excused":0,"late":0,"weak":0,"lost":0,"deputised":0,"hands":1,"headcount":0,"waiting":0}}]}
    p1 {"type":"reply","id":"00000000-0000-0009-0000-00000000000a","outcome":{"type":"done"}}
    "#);

    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p1"),
        },
    );
    assert_snapshot!(sent_to(&mut world, &["p2"]), @r#"p2 {"type":"update","seq":10,"now":"2025-11-24T16:00:02Z","changes":[{"section":"floor","value":{"holders":[{"label":<p1>,"granted_at":"2025-11-24T16:00:02Z","state":"invited","speaking_since":null,"limit_seconds":180,"reminded":0}],"queue":[],"chair_mic":false,"chair":<chair>,"undo_until":null,"undo_count":0}},{"section":"stage","value":{"main":<p1>,"pinned":false,"content":null,"share_requests":[],"strip":[<chair>,<p1>]}}]}"#);

    world.done("p1", Command::OpenMic);
    world.wire = Some(Vec::new());
    world.cut("p2");
    world.done("p1", Command::EndFloor { seat: None });
    world.resume("p2");
    assert_snapshot!(sent_to(&mut world, &["p2"]), @r#"p2 {"type":"resumed","resume":"token of p2","seq":14,"now":"2025-11-24T16:00:02Z","grace_seconds":60,"changes":[{"section":"floor","value":{"holders":[],"queue":[],"chair_mic":false,"chair":<chair>,"undo_until":null,"undo_count":0}},{"section":"stage","value":{"main":<chair>,"pinned":false,"content":null,"share_requests":[],"strip":[<chair>,<p1>]}},{"section":"me","value":{"label":<p2>,"account":"00000000-0000-0003-0000-000000000002","admitted":true,"may_grant":false,"board":false,"representative":null,"headcount":null,"share":"none","muted_by_chair":null}},{"section":"points","value":[{"point":"point of p2","unit":"02","name":"Tỉnh 2","group":"02","group_name":"Nhóm 02","phone":null,"seat":"p2","presence":"present","joined_at":"2025-11-24T16:00:00Z","representative":{"name":"Giàng A 2","title":"Chủ tịch","deputising":false},"headcount":null,"hand":null,"speaking":false,"link":"unknown","lost_since":null,"mark":null,"answer":null}]}]}"#);
}
