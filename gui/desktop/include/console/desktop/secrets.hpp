// Passwords in the system's keychain. Where there is none (no session bus, no wallet) nothing is kept: a password then
// holds for this session, and the caller is told so. Nothing here blocks.
#pragma once

#include <QObject>
#include <QString>
#include <functional>

namespace console::desktop {

// `found` gets the password; empty if there is none. `owner` ends the question.
void readSecret(const QString& profile, QObject* owner, std::function<void(const QString& password)> found);
// `done` gets why it was not kept; empty if it was.
void keepSecret(const QString& profile, const QString& password, QObject* owner,
                std::function<void(const QString& reason)> done);
void forgetSecret(const QString& profile);

}  // namespace console::desktop
