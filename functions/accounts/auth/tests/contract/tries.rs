//! Counts of wrong proofs under real parallel tries.

use accounts_testing::TestApp;
use jiff::SignedDuration;
use kernel::limit::{FREE_TRIES, LONGEST_PAUSE, pause_after};
use store::Tries;

/// So many tries of one subject at once; how many may go on.
async fn take_at_once(app: &TestApp, count: usize) -> usize {
    let running: Vec<_> = (0..count)
        .map(|_| {
            let app = app.app().clone();
            tokio::spawn(async move { Tries(app.store()).take("test", "ann", app.now()).await })
        })
        .collect();
    let mut passed = 0;
    for take in running {
        passed += usize::from(take.await.unwrap().unwrap().is_none());
    }
    passed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_tries_at_once_five_may_go_on_and_one_after_each_pause() {
    let app = TestApp::start().await;

    assert_eq!(take_at_once(&app, 200).await, 5);

    for tries in FREE_TRIES..FREE_TRIES + 4 {
        assert_eq!(take_at_once(&app, 20).await, 0);
        app.advance(pause_after(tries));
        assert_eq!(take_at_once(&app, 50).await, 1);
    }
}

/// Wrong tries that are as many as before the ones that were forgiven have a pause of their own.
#[tokio::test]
async fn a_try_that_was_slow_is_not_taken_in_the_pause_of_newer_ones() {
    let app = TestApp::start_watched().await;
    assert_eq!(take_at_once(&app, 5).await, 5);
    let pause = pause_after(FREE_TRIES);
    app.advance(pause);
    let slow = Tries(app.app().store());
    let other = app.another_process();

    let meanwhile = async {
        let tries = Tries(other.store());
        tries.forgive("test", "ann").await.unwrap();
        for _ in 0..5 {
            let taken = tries.take("test", "ann", app.now()).await;
            assert_eq!(taken.unwrap(), None);
        }
    };
    // It has seen the older ones with its first update.
    let slow = slow.take("test", "ann", app.now());
    let taken = app.held_after(1, "UpdateItem", slow, meanwhile);

    assert_eq!(taken.await.unwrap(), Some(pause));
}

#[tokio::test]
async fn a_right_try_forgives_the_wrong_ones_of_its_subject_and_proof_alone() {
    let app = TestApp::start().await;
    let tries = Tries(app.app().store());
    let take = async |proof: &str, subject: &str| {
        let taken = tries.take(proof, subject, app.now()).await;
        taken.unwrap()
    };
    for _ in 0..5 {
        assert_eq!(take("password", "ann").await, None);
    }
    let second = Some(SignedDuration::from_secs(1));
    assert_eq!(take("password", "ann").await, second);
    assert_eq!(take("factor", "ann").await, None);
    assert_eq!(take("password", "bob").await, None);

    tries.forgive("password", "bob").await.unwrap();
    assert_eq!(take("password", "ann").await, second);
    tries.forgive("password", "ann").await.unwrap();

    for _ in 0..5 {
        assert_eq!(take("password", "ann").await, None);
    }
    assert_eq!(take("password", "ann").await, second);
}

#[tokio::test]
async fn tries_are_remembered_for_a_day_after_the_newest() {
    let app = TestApp::start().await;
    assert_eq!(take_at_once(&app, 5).await, 5);
    let nearly = SignedDuration::from_hours(24) - SignedDuration::from_millis(1);

    app.advance(nearly);
    assert_eq!(take_at_once(&app, 2).await, 1);
    app.advance(nearly);
    assert_eq!(take_at_once(&app, 2).await, 1);

    app.advance(SignedDuration::from_hours(24));
    assert_eq!(take_at_once(&app, 6).await, 5);
    assert!(LONGEST_PAUSE < SignedDuration::from_hours(24));
}
