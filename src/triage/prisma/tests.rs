//! The numbers add up, whatever happened.

use super::*;
