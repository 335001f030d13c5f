//! Only this library says what becomes a tensor or word lists: nobody else can name these traits, which those that convert
//! ask for.

pub trait ToTensor {}
pub trait WordLists {}
pub trait WordList {}
