use chrono::NaiveDate;
use giaoban_store::units::Reason;

/// What is wrong with a row, for a Vietnamese operator.
pub(super) fn vietnamese(reason: &Reason) -> String {
    match reason {
        Reason::BadHeader { found } => format!(
            "dòng đầu phải là code,name,tier,parent_code,valid_from,valid_to và có thể thêm link_mbps; tệp ghi \"{found}\""
        ),
        Reason::NotCsv { detail } => format!("không đọc được theo dạng CSV, UTF-8 ({detail})"),
        Reason::Empty { column } => format!("cột {column} bỏ trống"),
        Reason::ControlCharacter { column } => format!("cột {column} có ký tự điều khiển"),
        Reason::UnknownTier { word } => {
            format!("cấp \"{word}\" không có; dùng central, province, district hoặc commune")
        }
        Reason::BadDate { column, text } => {
            format!("cột {column} phải là ngày dạng 2025-07-01, không phải \"{text}\"")
        }
        Reason::BadLinkRate { text } => {
            format!("link_mbps phải là số lớn hơn 0, tối đa 100000, không phải \"{text}\"")
        }
        Reason::EndsBeforeItBegins {
            code,
            valid_from,
            valid_to,
        } => format!(
            "đơn vị {code} hết hiệu lực ngày {}, trước ngày bắt đầu {}",
            day(*valid_to),
            day(*valid_from)
        ),
        Reason::Duplicate {
            code,
            valid_from,
            first_line,
        } => format!(
            "đơn vị {code} từ ngày {} đã ghi ở dòng {first_line}",
            day(*valid_from)
        ),
        Reason::Overlap {
            code,
            valid_from,
            other_from,
        } => format!(
            "đơn vị {code} từ ngày {} trùng thời gian với dòng bắt đầu ngày {}",
            day(*valid_from),
            day(*other_from)
        ),
        Reason::MissingParent { code, parent, on } => format!(
            "đơn vị {code}: cấp trên {parent} không có hiệu lực ngày {}",
            day(*on)
        ),
        Reason::Cycle { code, on } => {
            format!("đơn vị {code} là cấp trên của chính nó ngày {}", day(*on))
        }
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}
