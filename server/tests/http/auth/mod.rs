mod login;
mod logout;
mod me;
