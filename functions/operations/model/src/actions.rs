//! What operations write into the audit log.

kernel::audit::actions! {
    /// A task was asked for.
    TASK_CREATED;
    /// A task was called off.
    TASK_REVOKED;
    /// An operator had a task tried again.
    TASK_RETRIED;
    /// An operator sent dead letters back to their queue.
    DEAD_LETTERS_REDRIVEN;
    /// An operator deleted dead letters.
    DEAD_LETTERS_PURGED;
    /// An operator stopped the work on a queue.
    QUEUE_PAUSED;
    /// An operator let the work on a queue go on.
    QUEUE_RESUMED;
    /// An operator had a schedule run besides its moments.
    SCHEDULE_RUN;
    /// An operator switched a schedule on.
    SCHEDULE_ENABLED;
    /// An operator switched a schedule off.
    SCHEDULE_DISABLED;
    /// An operator let an address get mail again.
    SUPPRESSION_RELEASED;
    /// An operator had a test mail sent.
    TEST_MAIL_SENT;
    /// The addresses of a report's files were given out.
    REPORT_FETCHED;
}
