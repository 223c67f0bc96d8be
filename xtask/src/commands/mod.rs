//! The commands, each in a file of its name.

pub(crate) mod bench;
pub(crate) mod create_admin;
pub(crate) mod down;
pub(crate) mod generate;
pub(crate) mod inbox;
pub(crate) mod index_people;
pub(crate) mod invoke;
pub(crate) mod lint_template;
pub(crate) mod logs;
pub(crate) mod package;
pub(crate) mod prove_conditions;
pub(crate) mod send_test_email;
pub(crate) mod serve;
pub(crate) mod smoke;
pub(crate) mod tasks;
pub(crate) mod test;
pub(crate) mod up;
