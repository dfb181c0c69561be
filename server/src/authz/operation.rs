//! What may be asked of the server.

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// That it runs, which version, its description of REST, the web client.
    SeeServer,
    /// Numbers for monitoring. They name no person and no briefing.
    ReadMetrics,
    /// Measure the way to this server.
    MeasureNetwork,
    /// Sign in with a name and a password.
    SignIn,
    /// Show a token of its own right: a calendar key, a join token, a watch token.
    PresentToken,
    /// Ask whether a hash that was printed is the ledger's. The answer says nothing that the paper does not.
    VerifyPrintedHash,
    /// Read and change one's own account, sign out.
    UseOwnAccount,
    /// List briefings. Only those that one may read are in the list.
    ListBriefings,
    /// Units and their tree.
    ReadUnits,
    /// Points and their technicians.
    ReadPoints,
    /// Add and change points of a unit.
    ManagePoints,
    /// List people of a unit and below.
    ReadAccounts,
    /// Add accounts of a unit, lock them, set their passwords, take their second factor off. Not of an account with a role for a
    /// unit that is not the caller's to administer, nor of the own.
    ManageAccounts,
    /// Plan a briefing that a unit holds.
    PlanBriefing,
    /// See a briefing's plan, its list of points and its calendar entry.
    ReadBriefing,
    /// Change or cancel a briefing.
    EditBriefing,
    /// Enter a briefing.
    JoinBriefing,
    /// Give out links for view-only screens.
    ManageWatchLinks,
    /// Attendance and roll call afterwards.
    ReadAttendance,
    /// The ledger's facts.
    ReadLedger,
    /// The audit log: what was done to the server itself, by whom. The unit is the top of the tree.
    ReadAudit,
}

impl Operation {
    /// In Vietnamese, for `docs/permissions.md`.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::SeeServer => "Xem máy chủ còn chạy, phiên bản, mô tả REST, giao diện web",
            Self::ReadMetrics => {
                "Đọc số liệu giám sát, từ chính máy chủ hoặc bằng khóa riêng (không chứa tên người, tên phiên)"
            }
            Self::MeasureNetwork => "Đo đường truyền tới máy chủ",
            Self::SignIn => "Đăng nhập bằng tên và mật khẩu",
            Self::PresentToken => {
                "Dùng mã đã được cấp (khóa lịch, mã vào họp, mã xem): quyền nằm ở mã"
            }
            Self::VerifyPrintedHash => {
                "Đối chiếu mã băm đã in với sổ phiên (trả lời không nói gì hơn tờ giấy)"
            }
            Self::UseOwnAccount => {
                "Xem, sửa tài khoản, mật khẩu, xác thực hai bước của mình; đăng xuất"
            }
            Self::ListBriefings => "Xem danh sách phiên (chỉ hiện những phiên mình được xem)",
            Self::ReadUnits => "Xem đơn vị và cây đơn vị",
            Self::ReadPoints => "Xem điểm cầu và người trực kỹ thuật",
            Self::ManagePoints => "Thêm, sửa điểm cầu của đơn vị",
            Self::ReadAccounts => "Xem danh sách tài khoản của đơn vị và cấp dưới",
            Self::ManageAccounts => {
                "Thêm, khóa, mở khóa tài khoản, đặt lại mật khẩu, bỏ xác thực hai bước (không áp dụng cho chính mình và cho tài khoản có vai trò ở đơn vị ngoài quyền quản trị của mình)"
            }
            Self::PlanBriefing => "Lập lịch phiên do đơn vị chủ trì",
            Self::ReadBriefing => "Xem kế hoạch phiên, điểm cầu được mời, giấy mời",
            Self::EditBriefing => "Sửa, hủy phiên",
            Self::JoinBriefing => "Vào họp",
            Self::ManageWatchLinks => "Cấp, xem, thu hồi đường xem",
            Self::ReadAttendance => "Xem, tải điểm danh",
            Self::ReadLedger => "Đọc, tải sổ phiên",
            Self::ReadAudit => {
                "Đọc, tải nhật ký quản trị (\"đơn vị đó\" là đơn vị đứng đầu cây của máy chủ)"
            }
        }
    }
}
