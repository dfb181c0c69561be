//! What the server relies on, asked of both databases: every test here runs on SQLite and on
//! PostgreSQL.

#[cfg(test)]
#[macro_use]
mod harness;

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod briefings;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod login_attempts;
#[cfg(test)]
mod person_keys;
#[cfg(test)]
mod points;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod series;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod store;
#[cfg(test)]
mod units;
#[cfg(test)]
mod units_import;
#[cfg(test)]
mod units_model;
#[cfg(test)]
mod watch_links;
