// What the tables of transfers show.
#pragma once

#include "console/models/rows_model.hpp"
#include "larder/apitypes/activity.hpp"

namespace console::screens {

models::RowsModel<larder::apitypes::Transfer>::Columns runningColumns();
models::RowsModel<larder::apitypes::Pull>::Columns pullColumns();
models::RowsModel<larder::apitypes::EndedTransfer>::Columns requestColumns();

// "library/nginx:1.27"
QString imageOf(const larder::apitypes::Pull& pull);
// "manifest 1.27", or the layer's short digest.
QString nameOf(const larder::apitypes::EndedTransfer& transfer);

}  // namespace console::screens
