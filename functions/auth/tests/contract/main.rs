//! What every endpoint of the area answers, and what it leaves behind.

mod register_user;
