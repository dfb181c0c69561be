//! Points (điểm cầu).

use chrono::NaiveDate;
use uuid::Uuid;

use crate::StoreError;
use crate::db::Db;
use crate::db::bulk::Insert;
use crate::db::query::{FromRow, Query, Row};
use crate::model::ids::{PointId, UnitCode};
use crate::model::point::{Point, PointInUnit, PointKind};
use crate::model::unit::Unit;
use crate::units::{below, in_force};

/// The repository of points.
#[derive(Debug, Clone)]
pub struct Points {
    db: Db,
}

const UPSERT: Insert = Insert {
    head: "INSERT INTO points
        (id, unit_code, name, kind, link_kbps, technician_name, technician_phone, active)",
    columns: 8,
    tail: "ON CONFLICT (id) DO UPDATE SET
        unit_code = excluded.unit_code, name = excluded.name, kind = excluded.kind,
        link_kbps = excluded.link_kbps, technician_name = excluded.technician_name,
        technician_phone = excluded.technician_phone, active = excluded.active",
};

/// Link rate of a default point whose unit has none on record, in kbit/s: what a commune's office
/// commonly has.
const DEFAULT_LINK_KBPS: u32 = 2_000;

/// The id of a unit's default point follows from its code, so that two nodes that make it at once
/// make the same.
const DEFAULT_POINTS: Uuid = Uuid::from_u128(0x6a0f_62a5_93d1_4f0e_8f64_1f3d_4a90_57c2);

impl Points {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// The point.
    pub async fn get(&self, id: PointId) -> Result<Option<Point>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM points WHERE id = $1")
            .bind(id)
            .optional()
            .await
    }

    /// The points of one unit, by name.
    pub async fn of_unit(&self, unit: &UnitCode) -> Result<Vec<Point>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM points WHERE unit_code = $1 ORDER BY name, id")
            .bind(unit)
            .all()
            .await
    }

    /// The points of a unit and of everything below it on that day, from the top down, each level by
    /// unit. Points that are not active are among them.
    pub async fn in_subtree(
        &self,
        root: &UnitCode,
        at: NaiveDate,
    ) -> Result<Vec<PointInUnit>, StoreError> {
        self.db
            .read()
            .await?
            .query(concat!(
                below!("$1", "$2"),
                "SELECT p.*, u.name AS unit_name, u.tier AS tier, u.parent_code AS parent_code
                 FROM tree
                 JOIN units u ON u.code = tree.code AND ",
                in_force!("u", "$2"),
                " JOIN points p ON p.unit_code = u.code
                 ORDER BY tree.depth, u.code, p.name, p.id"
            ))
            .bind(root)
            .bind(at)
            .all()
            .await
    }

    /// Adds the point or, when its id is known, replaces it.
    pub async fn upsert(&self, point: &Point) -> Result<(), StoreError> {
        self.upsert_all(std::slice::from_ref(point)).await
    }

    /// Adds or replaces many points, all or none.
    pub async fn upsert_all(&self, points: &[Point]) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        UPSERT
            .run(&mut transaction, points, bind_point, |_| ())
            .await?;
        transaction.commit().await
    }

    /// Gives every unit in force on that day that has no point one room, named after the unit, with
    /// the unit's link rate. Returns how many were made.
    pub async fn ensure_default_points(&self, at: NaiveDate) -> Result<u64, StoreError> {
        let mut transaction = self.db.begin().await?;
        let without: Vec<Unit> = transaction
            .query(concat!(
                "SELECT u.* FROM units u WHERE ",
                in_force!("u", "$1"),
                " AND NOT EXISTS (SELECT 1 FROM points p WHERE p.unit_code = u.code)
                 ORDER BY u.code"
            ))
            .bind(at)
            .all()
            .await?;
        let points: Vec<Point> = without.into_iter().map(default_point).collect();
        UPSERT
            .run(&mut transaction, &points, bind_point, |_| ())
            .await?;
        transaction.commit().await?;
        Ok(points.len() as u64)
    }
}

fn default_point(unit: Unit) -> Point {
    Point {
        id: Uuid::new_v5(&DEFAULT_POINTS, unit.code.as_str().as_bytes()).into(),
        unit: unit.code,
        name: unit.name,
        kind: PointKind::Room,
        link_kbps: unit.link_kbps.unwrap_or(DEFAULT_LINK_KBPS),
        technician_name: String::new(),
        technician_phone: String::new(),
        active: true,
    }
}

fn bind_point<'q>(query: Query<'q>, point: &Point) -> Query<'q> {
    query
        .bind(point.id)
        .bind(&point.unit)
        .bind(&point.name)
        .bind(point.kind)
        .bind(point.link_kbps)
        .bind(&point.technician_name)
        .bind(&point.technician_phone)
        .bind(point.active)
}

impl FromRow for Point {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            unit: row.get("unit_code")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            link_kbps: row.get("link_kbps")?,
            technician_name: row.get("technician_name")?,
            technician_phone: row.get("technician_phone")?,
            active: row.get("active")?,
        })
    }
}

impl FromRow for PointInUnit {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            point: Point::from_row(row)?,
            unit_name: row.get("unit_name")?,
            tier: row.get("tier")?,
            parent: row.get("parent_code")?,
        })
    }
}
