// extensions.lint: what an image has to say about itself before it may be pushed.
#pragma once

#include <memory>
#include <string>

#include "context.hpp"
#include "manifest_document.hpp"

namespace larder::registry {

// ManifestInvalid with the names of the mandatory annotations that are neither among those of the image's manifest nor,
// as Zot has it, among the labels of its config. What is no image (an index, a signature) has none to show.
Task<Result<void>> lintImage(std::shared_ptr<Context> context, std::string repository, ManifestDocument document);

}  // namespace larder::registry
