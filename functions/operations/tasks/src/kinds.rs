//! The kinds of tasks that accounts may ask for: some of them all accounts, and the others those whose role permits it.

use api::{Answer, App, CallerWithRole, Fields, JsonObject};
use kernel::job::Job;
use kernel::permission::Permission;
use kernel::role::Role;
use kernel::task::Task;
use operations::jobs::{Add, LONGEST_RUN, LongRunning, MOST_DATA, ProcessData, WriteReport};
use operations::permissions::ReadReports;
use operations::report::Unreported;

/// A kind of task that a request can name.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// The roles that may ask for it; all, where there is no such list.
    roles: Option<&'static [Role]>,
    read: fn(&App, JsonObject) -> Answer<Task>,
}

/// All of them.
pub const KINDS: &[Kind] = &[
    Kind::of::<Add>(),
    Kind::of::<LongRunning>(),
    Kind::of::<ProcessData>(),
    Kind::of::<WriteReport>().permitted::<ReadReports>(),
];

/// The sizes of numbers that are added: those that DynamoDB holds, and whose sum is one.
const SMALLEST: f64 = 1e-100;
const LARGEST: f64 = 1e100;

/// What a request asks a kind of task with.
trait Asked: Job {
    /// Notes what does not fit the rules.
    fn check(&self, app: &App, fields: &mut Fields);
}

impl Kind {
    const fn of<J: Asked>() -> Self {
        Self {
            name: J::KIND,
            roles: None,
            read: |app, body| {
                let asked: J = body.read()?;
                let mut fields = Fields::default();
                asked.check(app, &mut fields);
                if fields.is_empty() {
                    Ok(app.task(&asked))
                } else {
                    Err(fields.into_error())
                }
            },
        }
    }

    /// The same, for those whose role has a permission.
    const fn permitted<P: Permission>(self) -> Self {
        Self {
            roles: Some(P::ROLES),
            ..self
        }
    }

    /// The kind of this name.
    ///
    /// # Errors
    /// 400, which names all kinds.
    pub(crate) fn named(name: Option<&str>) -> Answer<&'static Self> {
        let found = KINDS.iter().find(|kind| Some(kind.name) == name);
        found.ok_or_else(|| {
            let all: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            Fields::error("type", format!("Name one of these: {}.", all.join(", ")))
        })
    }

    /// Checks that a caller may ask for it.
    ///
    /// # Errors
    /// 403, where their role may not.
    pub(crate) fn check_role(&self, caller: &CallerWithRole) -> Answer<()> {
        self.roles.map_or(Ok(()), |roles| caller.check_role(roles))
    }

    /// Makes a task of what a request asks for.
    ///
    /// # Errors
    /// 400, where it does not fit.
    pub(crate) fn read(&self, app: &App, body: JsonObject) -> Answer<Task> {
        (self.read)(app, body)
    }
}

impl Asked for Add {
    fn check(&self, _: &App, fields: &mut Fields) {
        for (field, number) in [("x", &self.x), ("y", &self.y)] {
            let size = number.as_f64().map_or(f64::INFINITY, f64::abs);
            if size != 0.0 && !(SMALLEST..=LARGEST).contains(&size) {
                fields.reject(
                    field,
                    "Enter 0, or a number between 1e-100 and 1e100 in size.",
                );
            }
        }
    }
}

impl Asked for LongRunning {
    fn check(&self, _: &App, fields: &mut Fields) {
        if !(1..=LONGEST_RUN).contains(&self.duration) {
            let reason = format!("Enter 1 to {LONGEST_RUN} seconds.");
            fields.reject("duration", reason);
        }
    }
}

impl Asked for ProcessData {
    fn check(&self, _: &App, fields: &mut Fields) {
        if self.data.len() > MOST_DATA {
            let reason = format!("Enter at most {MOST_DATA} bytes of text.");
            fields.reject("data", reason);
        }
    }
}

impl Asked for WriteReport {
    fn check(&self, app: &App, fields: &mut Fields) {
        let retention = app.settings().audit_retention;
        let checked: Result<(), Unreported> = self.report.check(self.month, app.now(), retention);
        fields.check("month", checked);
    }
}
