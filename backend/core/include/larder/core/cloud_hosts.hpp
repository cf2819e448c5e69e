// The registries of the clouds whose credential helpers speak for this machine. What such a helper gives opens all that
// the machine's role may do, so that nobody else is shown it. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace larder::core {

// The AWS region in the name of a private registry of Amazon ECR, "eu-west-1" of
// "123456789012.dkr.ecr.eu-west-1.amazonaws.com", also of its FIPS, dual-stack and VPC endpoints; "" for other hosts.
std::string ecrRegion(const std::string& host);

// Whether the credential helper ("ecr", "gcp") may log in at this registry over https. `host` as clients name it, in
// lower case: one with a port is none of the clouds'. True for helpers that belong to no cloud ("oauth2").
bool helperServes(std::string_view helper, const std::string& host);

// The hosts that `helper` serves, for a message.
std::string_view hostsOfHelper(std::string_view helper);

}  // namespace larder::core
