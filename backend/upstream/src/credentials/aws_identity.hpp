// Who we are at AWS, found as AWS's own tools do: keys in the environment, a pod's web identity (IRSA), a container's
// endpoint (ECS, EKS Pod Identity), else the role of the machine (IMDSv2).
#pragma once

#include <memory>

#include "credentials/aws_signature.hpp"
#include "credentials/token_service.hpp"

namespace larder::upstream {

// InvalidArgument if none of them is there.
Task<core::Result<AwsKeys>> findAwsKeys(std::shared_ptr<const TokenTools> tools, std::string region);

}  // namespace larder::upstream
