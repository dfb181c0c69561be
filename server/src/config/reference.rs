//! What the structs of the configuration say of themselves: a JSON schema for editors, a page for people.

use super::{Config, ENV_PREFIX};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use std::fmt::Write as _;

const HEAD: &str = "# Cấu hình\n\n\
    <!-- Tệp sinh tự động từ server/src/config: sửa ở đó rồi chạy `make generate`. -->\n\n\
    Thứ tự ưu tiên: tham số dòng lệnh, biến môi trường, tệp `giaoban.toml` ở thư mục hiện tại, không có thì `/etc/giaoban/giaoban.toml` (hoặc tệp nêu ở `--config`, `GIAOBAN_CONFIG`), mặc định. \
    Khóa lạ hoặc giá trị sai làm máy chủ không khởi động và nêu nguồn của lỗi. Danh sách trong biến môi trường viết cách nhau bằng dấu phẩy.\n\n\
    | Lệnh | Việc |\n|---|---|\n\
    | `giaoban config check` | đọc cấu hình như khi chạy, báo lỗi, in những gì khác mặc định |\n\
    | `giaoban config schema` | in lược đồ JSON của `giaoban.toml` cho trình soạn thảo |\n\
    | `giaoban config reference` | in trang này |\n";

/// The JSON schema (2020-12) of the whole configuration.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    generator.into_root_schema_for::<Config>().to_value()
}

/// The reference page: one table for each section.
#[must_use]
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    section(&mut page, &[], &schema(), &defaults);
    page
}

fn section(page: &mut String, path: &[&str], schema: &Value, defaults: &Value) {
    let Some(properties) = object(schema).and_then(|schema| schema["properties"].as_object())
    else {
        return;
    };
    let (sections, keys): (Vec<_>, Vec<_>) = properties
        .iter()
        .partition(|(_, property)| object(property).is_some());
    if !keys.is_empty() {
        let _ = write!(
            page,
            "\n## `[{}]`\n\n{}.\n\n| Khóa | Biến môi trường | Mặc định | Ý nghĩa |\n|---|---|---|---|\n",
            path.join("."),
            description(schema)
        );
        for (key, property) in keys {
            let _ = writeln!(
                page,
                "| `{key}` | `{}` | {} | {} |",
                variable(path, key),
                default(&defaults[key]),
                description(property)
            );
        }
    }
    for (name, property) in sections {
        let path = [path, &[name.as_str()]].concat();
        section(page, &path, property, &defaults[name]);
    }
}

/// The schema itself, or the one of what may be left out, if it is of a section.
fn object(schema: &Value) -> Option<&Map<String, Value>> {
    let alternatives = schema["anyOf"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    std::iter::once(schema)
        .chain(alternatives)
        .find(|schema| schema["properties"].is_object())
        .and_then(Value::as_object)
}

fn description(schema: &Value) -> &str {
    object(schema)
        .and_then(|schema| schema.get("description"))
        .or_else(|| schema.get("description"))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn variable(path: &[&str], key: &str) -> String {
    let words: Vec<String> = path
        .iter()
        .chain([&key])
        .map(|word| word.to_uppercase())
        .collect();
    format!("{ENV_PREFIX}{}", words.join("__"))
}

fn default(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(items) if items.is_empty() => String::new(),
        Value::Array(items) => items.iter().map(default).collect::<Vec<_>>().join(", "),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// `GIAOBAN_UPDATE=1` writes what it would compare.
    fn current(file: &str, wanted: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        if std::env::var_os("GIAOBAN_UPDATE").is_some() {
            std::fs::write(&path, wanted).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == wanted, "{file} is stale: make generate");
    }

    #[test]
    fn the_committed_page_and_schema_are_current() {
        current("docs/operations/cau-hinh.md", &reference());
        let schema = serde_json::to_string_pretty(&schema()).unwrap();
        current("deploy/giaoban.schema.json", &format!("{schema}\n"));
    }

    #[test]
    fn every_key_is_explained() {
        for line in reference().lines().filter(|line| line.starts_with("| `")) {
            assert!(!line.ends_with("|  |"), "no explanation: {line}");
        }
    }
}
