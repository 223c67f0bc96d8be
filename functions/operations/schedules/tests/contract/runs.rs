//! A slot has one run, whatever calls.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use operations_testing::TestApp;
use serde_json::{Value, json};
use store::PageRequest;
use work::schedule::{Counts, Outcome, Rhythm, Run, Runs, Schedule, run};

const SCHEDULE: Schedule = Schedule {
    name: "water_plants",
    rhythm: Rhythm::Hourly { minute: 0 },
    about: "Waters the plants",
};

/// Runs the schedule, and counts how often its work was done.
async fn call(app: &TestApp, event: &Value, done: &AtomicUsize) -> Result<(), String> {
    let work = async {
        done.fetch_add(1, Ordering::Relaxed);
        Ok::<_, String>(Counts::of("watered", 3).and("dry", 0))
    };
    let ran = run(app.app(), &SCHEDULE, event, work).await;
    ran.map_err(|error| error.to_string())
}

async fn runs(app: &TestApp) -> Vec<Run> {
    let page = PageRequest::new(20, None);
    let runs = Runs(app.app().store())
        .list_runs(SCHEDULE.name, &page)
        .await;
    runs.unwrap().items
}

#[tokio::test]
async fn abuse_087_a_slot_that_is_called_twice_has_one_run() {
    let app = TestApp::start().await;
    let (event, done) = (json!({"time": "whatever"}), AtomicUsize::new(0));

    let (one, two, three) = tokio::join!(
        call(&app, &event, &done),
        call(&app, &event, &done),
        call(&app, &event, &done)
    );
    for ran in [one, two, three, call(&app, &event, &done).await] {
        ran.unwrap();
    }

    assert_eq!(done.load(Ordering::Relaxed), 1);
    let runs = runs(&app).await;
    assert_eq!(runs.len(), 1);
    let run = &runs[0];
    assert_eq!(
        (run.outcome, run.tries, run.manual),
        (Outcome::Done, 1, false)
    );
    assert_eq!(run.slot.to_string(), "2026-03-01T12:00:00Z");
    assert_eq!(run.counts["watered"], 3);
    // A call that comes a little early is one for the slot that comes.
    app.advance(SignedDuration::from_secs(3_580));
    call(&app, &event, &done).await.unwrap();
    app.advance(SignedDuration::from_secs(20));
    call(&app, &event, &done).await.unwrap();
    assert_eq!(done.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_run_that_failed_is_tried_again_and_says_why() {
    let app = TestApp::start().await;
    let (event, done) = (json!({}), AtomicUsize::new(0));
    let failing = async { Err::<Counts, _>("the tap is dry".to_owned()) };

    let failed = run(app.app(), &SCHEDULE, &event, failing).await;

    assert_eq!(failed.unwrap_err().to_string(), "the tap is dry");
    let seen = runs(&app).await;
    assert_eq!((seen[0].outcome, seen[0].tries), (Outcome::Failed, 1));
    assert_eq!(seen[0].error.as_deref(), Some("the tap is dry"));
    call(&app, &event, &done).await.unwrap();
    let seen = runs(&app).await;
    assert_eq!((seen[0].outcome, seen[0].tries), (Outcome::Done, 2));
    assert_eq!((&seen[0].error, done.load(Ordering::Relaxed)), (&None, 1));
}

#[tokio::test]
async fn a_run_whose_function_died_is_taken_up_again_and_the_slow_one_is_not_heard() {
    let app = TestApp::start().await;
    for late in [Err("it was late".to_owned()), Ok(Counts::default())] {
        let (event, done) = (json!({}), AtomicUsize::new(0));
        let failed = late.is_err();
        let slow = async {
            // It died, or so it seems; another call comes and does it.
            call(&app, &event, &done).await.unwrap();
            assert_eq!(done.load(Ordering::Relaxed), 0);
            app.advance(SignedDuration::from_mins(6));
            call(&app, &event, &done).await.unwrap();
            assert_eq!(done.load(Ordering::Relaxed), 1);
            late
        };

        let ran = run(app.app(), &SCHEDULE, &event, slow).await;

        assert_eq!(ran.is_err(), failed);
        let seen = runs(&app).await;
        assert_eq!((seen[0].outcome, seen[0].tries), (Outcome::Done, 2));
        assert_eq!(seen[0].counts["watered"], 3);
        app.advance(SignedDuration::from_mins(54));
    }
    assert_eq!(runs(&app).await.len(), 2);
}

#[tokio::test]
async fn a_schedule_that_is_switched_off_does_nothing_but_what_an_operator_wants() {
    let app = TestApp::start().await;
    let (event, done) = (json!({}), AtomicUsize::new(0));
    let all = Runs(app.app().store());
    all.declare(&SCHEDULE, "UTC", app.now()).await.unwrap();
    assert!(all.set_disabled(SCHEDULE.name, true).await.unwrap());
    // A deployment declares it anew, and leaves it off.
    all.declare(&SCHEDULE, "Europe/Berlin", app.now())
        .await
        .unwrap();

    call(&app, &event, &done).await.unwrap();
    assert_eq!(done.load(Ordering::Relaxed), 0);
    assert_eq!(runs(&app).await[0].outcome, Outcome::Disabled);
    app.advance(SignedDuration::from_secs(1));
    call(&app, &json!({"manual": true}), &done).await.unwrap();
    assert_eq!(done.load(Ordering::Relaxed), 1);
    assert!(runs(&app).await[0].manual);

    // What had its run before it was switched off keeps that.
    assert!(all.set_disabled(SCHEDULE.name, false).await.unwrap());
    app.advance(SignedDuration::from_hours(1));
    call(&app, &event, &done).await.unwrap();
    assert!(all.set_disabled(SCHEDULE.name, true).await.unwrap());
    call(&app, &event, &done).await.unwrap();
    assert_eq!(runs(&app).await[0].outcome, Outcome::Done);
    assert!(!all.set_disabled("feed_cat", true).await.unwrap());
}

#[tokio::test]
async fn abuse_087_a_slot_that_was_missed_is_made_up_for_once() {
    let app = TestApp::start().await;
    let all = Runs(app.app().store());
    // It looks at the schedules of all areas, and has nothing to make up for: none was there before.
    app.watch_schedules().await.unwrap();
    let known = all.list().await.unwrap();
    let names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "purge_accounts",
            "rebuild_index",
            "report_low_stock",
            "rotate_signing_key",
            "sweep_tasks",
            "watch_schedules"
        ]
    );
    for known in &known {
        assert_eq!(known.time_zone, "Europe/Berlin");
    }
    // The others run, and the deletion of accounts does not.
    app.advance(SignedDuration::from_mins(60));
    for name in ["sweep_tasks", "rotate_signing_key", "report_low_stock"] {
        mark_run(&app, name).await;
    }
    app.advance(SignedDuration::from_mins(10));

    // Its function is called: there is none in this installation, and that is said.
    let failed = app.watch_schedules().await.unwrap_err();
    assert_eq!(failed, "AWS was not available to call a function");
    // What the call would have done: the run of the slot that was missed.
    let slot = json!({"slot": "2026-03-01T13:00:00Z"});
    schedules_run(&app, &slot).await;
    app.watch_schedules().await.unwrap();
    schedules_run(&app, &slot).await;
    let page = PageRequest::new(20, None);
    let runs = all.list_runs("purge_accounts", &page).await.unwrap().items;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].slot.to_string(), "2026-03-01T13:00:00Z");
    // One that is switched off is not missed.
    app.advance(SignedDuration::from_hours(1));
    all.set_disabled("purge_accounts", true).await.unwrap();
    for name in ["sweep_tasks", "report_low_stock"] {
        mark_run(&app, name).await;
    }
    app.advance(SignedDuration::from_mins(10));
    app.watch_schedules().await.unwrap();
}

/// Has a schedule its run of this moment.
async fn mark_run(app: &TestApp, name: &'static str) {
    let schedule = Schedule {
        name,
        rhythm: Rhythm::EveryMinutes(15),
        about: "",
    };
    let work = async { Ok::<_, String>(Counts::default()) };
    run(app.app(), &schedule, &json!({}), work).await.unwrap();
}

async fn schedules_run(app: &TestApp, event: &Value) {
    let schedule = Schedule {
        name: "purge_accounts",
        rhythm: Rhythm::Hourly { minute: 0 },
        about: "",
    };
    let work = async { Ok::<_, String>(Counts::default()) };
    run(app.app(), &schedule, event, work).await.unwrap();
}
