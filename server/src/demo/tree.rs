//! The centre, three provinces and two communes under each, as they are in the real tree; one room for each.

use super::{DemoError, id_of};
use giaoban_store::units::csv;
use giaoban_store::{Point, PointKind, Store, UnitCode};

/// Rows of the real tree, so that importing the whole of it later changes nothing here.
const UNITS: &str = "code,name,tier,parent_code,valid_from,valid_to,link_mbps
TW,Trung ương,central,,1945-09-02,,1000
15,Tỉnh Lào Cai,province,TW,2025-07-01,,100
66,Tỉnh Đắk Lắk,province,TW,2000-01-01,,100
96,Tỉnh Cà Mau,province,TW,2000-01-01,,100
04456,Xã Mù Cang Chải,commune,15,2025-07-01,,2
03006,Phường Sa Pa,commune,15,2025-07-01,,20
24235,Xã Buôn Đôn,commune,66,2025-07-01,,2
24490,Xã Krông Pắc,commune,66,2025-07-01,,4
32191,Xã Năm Căn,commune,96,2025-07-01,,4
32248,Xã Đất Mũi,commune,96,2025-07-01,,1
";

/// Unit, name of its room, its technician and telephone.
const ROOMS: [(&str, &str, &str, &str); 10] = [
    (
        "TW",
        "Phòng họp trực tuyến Trung ương",
        "Phạm Hồng Sơn",
        "024 3555 0101",
    ),
    ("15", "Lào Cai", "Hoàng Văn Thắng", "0214 355 0115"),
    ("66", "Đắk Lắk", "Y Bhiông Niê", "0262 355 0166"),
    ("96", "Cà Mau", "Trần Quốc Việt", "0290 355 0196"),
    ("04456", "Xã Mù Cang Chải", "Sùng A Chư", "0216 355 0445"),
    ("03006", "Phường Sa Pa", "Lý Thị Mẩy", "0214 355 0300"),
    ("24235", "Xã Buôn Đôn", "H'Lan Êban", "0262 355 0242"),
    ("24490", "Xã Krông Pắc", "Nguyễn Đình Phúc", "0262 355 0244"),
    ("32191", "Xã Năm Căn", "Lâm Chí Bảo", "0290 355 0321"),
    ("32248", "Xã Đất Mũi", "Huỳnh Văn Út", "0290 355 0322"),
];

pub(super) async fn prepare(store: &Store) -> Result<(), DemoError> {
    let rows = csv::read(UNITS.as_bytes())?;
    let links: Vec<(UnitCode, Option<u32>)> = rows
        .iter()
        .map(|row| (row.unit.code.clone(), row.unit.link_kbps))
        .collect();
    if store.units().history(&"TW".into()).await?.is_empty() {
        store.units().import(rows, |_| ()).await?;
    }
    for (code, name, technician, phone) in ROOMS {
        let id = point(code);
        if store.points().get(id).await?.is_some() {
            continue;
        }
        let unit = UnitCode::from(code);
        let link = links.iter().find(|(code, _)| *code == unit);
        store
            .points()
            .upsert(&Point {
                id,
                name: name.to_owned(),
                kind: PointKind::Room,
                link_kbps: link.and_then(|(_, kbps)| *kbps).unwrap_or(2_000),
                technician_name: technician.to_owned(),
                technician_phone: phone.to_owned(),
                active: true,
                unit,
            })
            .await?;
    }
    Ok(())
}

/// The room of a unit.
pub(super) fn point(unit: &str) -> giaoban_store::PointId {
    id_of(&format!("point:{unit}")).into()
}
