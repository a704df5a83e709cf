// Mail that needs somebody.
#pragma once

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// Mails that perhaps left, are held, or were refused again and again; reminders held for their age; mails of strangers
/// that wait to be looked at: one row each kind of trouble with mail, empty when all is well.
render::Section mail_in_trouble(Source& source);

}  // namespace regie::report
