//! What accounts write into the audit log.

kernel::audit::actions! {
    /// An account or another thing was made.
    CREATE;
    /// An e-mail address was shown to be its owner's.
    EMAIL_VERIFIED;
    /// A verification link was asked for.
    VERIFICATION_REQUESTED;
    /// A one-time code was asked for.
    OTP_REQUESTED;
    /// Somebody logged in.
    LOGIN;
    /// Somebody tried to log in and failed.
    LOGIN_FAILED;
    /// An old refresh token came back, and its session was ended.
    TOKEN_REUSE;
    /// An account was given another role.
    ROLE_CHANGED;
    /// A session was ended: by its owner, by a link, or by an administrator.
    SESSION_REVOKED;
    /// All sessions of an account, or all but one, were ended.
    SESSIONS_REVOKED;
    /// A session was given a name.
    SESSION_RENAMED;
    /// The owner of a session proved anew, in it, to be the owner.
    REAUTHENTICATED;
    /// A link to choose a new password was asked for.
    PASSWORD_RESET_REQUESTED;
    /// A password was chosen by such a link.
    PASSWORD_RESET;
    /// A password was changed by its owner.
    PASSWORD_CHANGED;
    /// A second factor is being set up.
    FACTOR_BEGUN;
    /// A second factor is asked for from now on.
    FACTOR_ADDED;
    /// A second factor is no longer asked for.
    FACTOR_REMOVED;
    /// New recovery codes took the place of the old ones.
    RECOVERY_CODES_RENEWED;
    /// The first proof of a log-in was right, and the second factor is asked for.
    CHALLENGE_ISSUED;
    /// A log-in was proved of an account that is to be deleted, and what keeps it was given out.
    CANCELLATION_OFFERED;
    /// A profile was changed.
    PROFILE_CHANGED;
    /// Mails about a topic were ended by the link in one of them.
    UNSUBSCRIBED;
    /// Another e-mail address was asked for.
    EMAIL_CHANGE_REQUESTED;
    /// Another e-mail address that was asked for is not wanted any more.
    EMAIL_CHANGE_WITHDRAWN;
    /// An account has another e-mail address.
    EMAIL_CHANGED;
    /// The owner said of something done in their name that it was not them.
    ACTIVITY_DENIED;
    /// A picture was taken into a profile, or out of it.
    AVATAR_CHANGED;
    /// A copy of all data was asked for.
    EXPORT_REQUESTED;
    /// A copy of all data was fetched.
    EXPORT_FETCHED;
    /// An account is to be deleted.
    DELETION_REQUESTED;
    /// An account that was to be deleted stays after all.
    DELETION_CANCELLED;
    /// Everything about an account is gone.
    DELETED;
    /// An administrator changed an account.
    USER_CHANGED;
    /// An administrator took a one-time code away.
    OTP_DELETED;
    /// Somebody left their address before the product opens.
    PRE_REGISTERED;
    /// The owner of such an address confirmed it.
    PRE_REGISTRATION_CONFIRMED;
}
