// All sheets of the desk by their names.

import { matterSheet } from "/assets/web/staff/sheets/matter.js";
import { prioritySheet } from "/assets/web/staff/sheets/priority.js";
import { transferSheet } from "/assets/web/staff/sheets/transfer.js";
import { callBackSheet } from "./call_back.js";
import { cancelSheet } from "./cancel.js";
import { profileSheet } from "./profile.js";
import { reprintSheet } from "./reprint.js";
import { whySheet } from "./why.js";

export const sheets = {
  matter: matterSheet,
  priority: prioritySheet,
  transfer: transferSheet,
  "call-back": callBackSheet,
  cancel: cancelSheet,
  reprint: reprintSheet,
  why: whySheet,
  profile: profileSheet,
};
