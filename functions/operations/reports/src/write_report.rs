use std::convert::Infallible;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::App;
use jiff::tz::TimeZone;
use kernel::error_chain;
use kernel::permission::Permission as _;
use mail::Brand;
use operations::jobs::{REPORT_TIMEOUT, SendReportReady, WriteReport};
use operations::permissions::ReadReports;
use operations::report::{ReportFile, ReportKey, Reports};
use report::{Fonts, Language, Period};
use serde_json::{Value, json};
use work::{Assigned, Batch, Context, Done, Failure, Registered, Worker, job, worker};

use crate::draft::{About, Draft};
use crate::language;
use crate::notes::Notes;
use crate::settings::Settings;
use crate::sources::{Reading, columns, read, unwritten};

pub const WORKER: Worker = worker!(write_report);

/// What this function does, and no other.
const JOBS: &[&[Registered<Done>]] = &[&[job!(WriteReport, write)]];

/// Writes reports. Called by the queue `reports`, for one at a time.
pub async fn write_report(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let context = Context {
        app,
        belongings: &[],
    };
    let batch = Batch::new(&context, JOBS).within(REPORT_TIMEOUT);
    Ok(batch.run(event, |done| async { Ok(done) }).await)
}

/// Puts the files of a report into the bucket, and has its owner told. Done twice, it writes the same files again, and tells once.
async fn write(context: Context, task: Assigned<WriteReport>) -> Result<Done, Failure> {
    let (app, asked) = (&context.app, task.input);
    let missing = || Failure::Permanent("nobody asked for it who may have it".to_owned());
    let owner = task.run.task().owner.ok_or_else(missing)?;
    let role = identity::find_role(app.store(), owner).await?;
    if !role.is_some_and(|role| ReadReports::ROLES.contains(&role)) {
        return Err(missing());
    }
    let contact = identity::find_contact(app.store(), owner).await?;
    let locale = contact
        .as_ref()
        .and_then(|contact| contact.locale.as_deref());
    let language = language::of(mail::Language::of(locale));

    let task_id = task.run.task_id();
    let (files, rows) = make(app, &task, language).await?;
    let mut names = Vec::new();
    for (file, bytes) in files {
        let key = ReportKey {
            owner,
            task_id,
            file,
        };
        names.push(json!({
            "name": file.name(asked.report, asked.month),
            "bytes": bytes.len(),
        }));
        app.files().put(&key, file.content_type(), bytes).await?;
    }

    // After the files: nobody is told of what is not there. Once, though they may be written twice.
    let notice = app.task(&SendReportReady {
        user_id: owner,
        task_id,
        ready_at: app.now(),
        report: asked,
    });
    Reports(app.store()).announce(task_id, &notice).await?;
    Ok(Done::with(json!({
        "report": asked.report,
        "month": asked.month,
        "rows": rows,
        "files": names,
    })))
}

/// Makes the files, and says how many rows they have.
async fn make(
    app: &App,
    task: &Assigned<WriteReport>,
    language: Language,
) -> Result<(Vec<(ReportFile, Vec<u8>)>, Value), Failure> {
    let (now, asked) = (app.now(), task.input);
    let today = now.to_zoned(TimeZone::UTC).date();
    let last = asked.month.last().min(today);
    if last < asked.month.first() {
        return Err(Failure::Permanent("the month has not begun".to_owned()));
    }
    let period = Period::to_date(last);
    let brand = app.section::<Brand>();
    let folder = &app.section::<Settings>().fonts;
    // Fonts that are not there are there after the next deploy.
    let fonts = Fonts::open(folder).map_err(|error| Failure::Transient(error_chain(&error)))?;
    let about = About {
        title: language::title(language, asked.report),
        product: &brand.app_name,
        period,
        language,
        made_at: now,
    };
    let columns = columns(asked.report, language);
    let mut draft = Draft::new(about, &columns, &fonts).map_err(|error| unwritten(&error))?;
    let reading = Reading {
        app,
        run: &task.run,
        period,
        language,
    };
    let charts = read(asked.report, &reading, &mut draft).await?;

    let (written, left_out) = (draft.written, draft.left_out);
    let retention = app.settings().audit_retention;
    let notes = Notes {
        kind: asked.report,
        language,
        period,
        whole_since: asked.report.whole_since(now, retention),
        written,
        left_out,
    };
    let files = draft
        .finish(charts, &notes.table())
        .map_err(|error| unwritten(&error))?;
    Ok((files, json!({ "written": written, "left_out": left_out })))
}
