import { forScreen } from "../../src/core/untrusted.ts";

const longestSegmentBytes = 180;
const longestPathBytes = 1_000;

/** Where copies of what was replaced are kept: the one hidden folder that is written to. */
export const keptFolder = ".kept";

/**
 * Why a path may not be written to in the steward home; null when it may. Contract: pure. Only plain names below it pass:
 * nothing absolute, no way up, nothing hidden but `.kept`, nothing that a terminal or another system reads as more than a name.
 */
export function refuseHomePath(path: string): string | null {
  if (Buffer.byteLength(path) > longestPathBytes) return "it is too long";
  for (const segment of path.split("/")) {
    if (segment === "" || (segment.startsWith(".") && segment !== keptFolder))
      return "it leaves the folder, or is hidden";
    if (forScreen(segment) !== segment || /[\\:*?"<>|]/.test(segment))
      return "it holds characters that no name should have";
    if (/[. ]$|^ /.test(segment)) return "a name in it begins or ends with a dot or white space";
    if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(segment))
      return "a name in it means a device on some computers";
    if (Buffer.byteLength(segment) > longestSegmentBytes) return "a name in it is too long";
  }
  return null;
}
