//! One account for each role and unit.

use super::{DemoError, id_of, tree};
use crate::auth::password;
use chrono::{DateTime, Utc};
use giaoban_store::{Account, AccountId, Grant, Locale, Role, Store};

/// Of all accounts.
pub const PASSWORD: &str = "giaoban-demo";

/// An account of the demonstration.
pub struct Person {
    pub username: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    /// Sits in the unit's room.
    pub in_room: bool,
    pub roles: &'static [Role],
    /// What it shows, for the sign-in page and the welcome.
    pub label_vi: &'static str,
    pub label_en: &'static str,
}

const fn commune(
    username: &'static str,
    name: &'static str,
    unit: &'static str,
    label_vi: &'static str,
    label_en: &'static str,
) -> Person {
    Person {
        username,
        name,
        title: "Chủ tịch UBND xã",
        unit,
        in_room: true,
        roles: &[Role::Delegate],
        label_vi,
        label_en,
    }
}

const fn province(
    username: &'static str,
    name: &'static str,
    unit: &'static str,
    label_vi: &'static str,
    label_en: &'static str,
) -> Person {
    Person {
        username,
        name,
        title: "Chủ tịch UBND tỉnh",
        unit,
        in_room: true,
        roles: &[Role::Chair, Role::Secretary],
        label_vi,
        label_en,
    }
}

pub const PEOPLE: [Person; 12] = [
    Person {
        username: "chutri",
        name: "Trần Văn Nam",
        title: "Thứ trưởng",
        unit: "TW",
        in_room: true,
        roles: &[Role::Chair],
        label_vi: "Chủ trì, Trung ương",
        label_en: "Chair, centre",
    },
    Person {
        username: "thuky",
        name: "Nguyễn Thị Hạnh",
        title: "Chánh Văn phòng",
        unit: "TW",
        in_room: true,
        roles: &[Role::Secretary],
        label_vi: "Thư ký, Trung ương",
        label_en: "Secretary, centre",
    },
    province(
        "tinh1",
        "Lê Minh Quân",
        "15",
        "Điểm cầu tỉnh Lào Cai",
        "Lào Cai province",
    ),
    commune(
        "tinh1.xa1",
        "Giàng A Sình",
        "04456",
        "Điểm cầu xã Mù Cang Chải",
        "Mù Cang Chải commune",
    ),
    commune(
        "tinh1.xa2",
        "Má Thị Hoa",
        "03006",
        "Điểm cầu phường Sa Pa",
        "Sa Pa ward",
    ),
    province(
        "tinh2",
        "H'Yim Kđoh",
        "66",
        "Điểm cầu tỉnh Đắk Lắk",
        "Đắk Lắk province",
    ),
    commune(
        "tinh2.xa1",
        "Y Thông Niê",
        "24235",
        "Điểm cầu xã Buôn Đôn",
        "Buôn Đôn commune",
    ),
    commune(
        "tinh2.xa2",
        "Phan Thanh Hải",
        "24490",
        "Điểm cầu xã Krông Pắc",
        "Krông Pắc commune",
    ),
    province(
        "tinh3",
        "Huỳnh Quốc Hưng",
        "96",
        "Điểm cầu tỉnh Cà Mau",
        "Cà Mau province",
    ),
    commune(
        "tinh3.xa1",
        "Trần Thị Diễm",
        "32191",
        "Điểm cầu xã Năm Căn",
        "Năm Căn commune",
    ),
    commune(
        "tinh3.xa2",
        "Lâm Văn Tới",
        "32248",
        "Điểm cầu xã Đất Mũi",
        "Đất Mũi commune",
    ),
    Person {
        username: "quantri",
        name: "Vũ Đức Long",
        title: "Quản trị hệ thống",
        unit: "TW",
        in_room: false,
        roles: &[Role::Administrator],
        label_vi: "Quản trị",
        label_en: "Administrator",
    },
];

pub(super) async fn prepare(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    for person in &PEOPLE {
        let id = account(person.username);
        if store
            .accounts()
            .by_username(person.username)
            .await?
            .is_some()
        {
            continue;
        }
        let hash = tokio::task::spawn_blocking(|| password::hash(PASSWORD))
            .await
            .map_err(|error| password::PasswordError::Hash(error.to_string()))??;
        let account = Account {
            id,
            username: person.username.to_owned(),
            display_name: person.name.to_owned(),
            title: person.title.to_owned(),
            unit: person.unit.into(),
            point: person.in_room.then(|| tree::point(person.unit)),
            locale: Locale::Vi,
            disabled: false,
            password_until: None,
        };
        store.accounts().create(&account, Some(&hash), now).await?;
        for role in person.roles {
            let grant = Grant {
                account: id,
                role: *role,
                unit: person.unit.into(),
            };
            store.grants().add(&grant).await?;
        }
    }
    Ok(())
}

pub(super) fn account(username: &str) -> AccountId {
    id_of(&format!("account:{username}")).into()
}
