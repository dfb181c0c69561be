use super::{Change, Counts, View};

/// How many chat messages a view holds.
const CHAT: usize = 200;

impl View {
    /// Takes one change, exactly as a client has to.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Briefing(value) => self.briefing = value,
            Change::Phase(value) => self.phase = value,
            Change::Me(value) => self.me = value,
            Change::Floor(value) => self.floor = value,
            Change::Stage(value) => self.stage = value,
            Change::Agenda(value) => self.agenda = value,
            Change::RollCall(value) => self.roll_call = value,
            Change::Counts(value) => self.counts = value,
            Change::Points(rows) => {
                for row in rows {
                    match self.points.iter_mut().find(|old| old.point == row.point) {
                        Some(old) => *old = row,
                        None => self.points.push(row),
                    }
                }
            }
            Change::Chat(messages) => {
                for message in messages {
                    if !self.chat.iter().any(|old| old.id == message.id) {
                        self.chat.push(message);
                    }
                }
                let surplus = self.chat.len().saturating_sub(CHAT);
                self.chat.drain(..surplus);
            }
            Change::Lobby(value) => self.lobby = value,
            Change::Children(value) => self.children = value,
            Change::Quality(seats) => {
                for one in seats {
                    match self.quality.binary_search_by_key(&one.seat, |old| old.seat) {
                        Ok(at) => self.quality[at] = one,
                        Err(at) => self.quality.insert(at, one),
                    }
                }
            }
        }
    }
}

impl Counts {
    /// Adds another level's.
    pub fn add(&mut self, other: &Self) {
        self.points += other.points;
        self.present += other.present;
        self.absent += other.absent;
        self.excused += other.excused;
        self.late += other.late;
        self.weak += other.weak;
        self.lost += other.lost;
        self.deputised += other.deputised;
        self.hands += other.hands;
        self.headcount += other.headcount;
        self.waiting += other.waiting;
    }
}
