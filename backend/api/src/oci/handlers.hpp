// The handlers that the route table names. Each gets a call with a valid name and, unless the table says otherwise,
// with the permission checked.
#pragma once

#include "larder/http/message.hpp"
#include "oci/call.hpp"

namespace larder::api::oci {

using Answer = runtime::Task<http::Response>;

Answer getRoot(Call call);
Answer getExtensions(Call call);
Answer getCatalog(Call call);
Answer getTags(Call call);
Answer getReferrers(Call call);

Answer getManifest(Call call);  // GET and HEAD
Answer putManifest(Call call);  // decides between create and update itself
Answer deleteManifest(Call call);

Answer getBlob(Call call);
Answer headBlob(Call call);
Answer deleteBlob(Call call);

Answer startUpload(Call call);
Answer uploadStatus(Call call);
Answer patchUpload(Call call);
Answer finishUpload(Call call);
Answer cancelUpload(Call call);

}  // namespace larder::api::oci
