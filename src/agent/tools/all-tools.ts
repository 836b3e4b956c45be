import type { AnyTool } from "../tool.ts";
import { actionsTool } from "./actions.ts";
import { askOwnerTool } from "./ask-owner.ts";
import { commitmentsTool } from "./commitments.ts";
import { documentTool } from "./document.ts";
import { eventsTool } from "./events.ts";
import { freeTimeTool } from "./free-time.ts";
import { itemTool } from "./item.ts";
import { ledgerTool } from "./ledger.ts";
import { memoryTool } from "./memory.ts";
import { overviewTool } from "./overview.ts";
import { personTool } from "./person.ts";
import { proposeTool } from "./propose.ts";
import { rememberTool } from "./remember.ts";
import { searchTool } from "./search.ts";
import { skillTool } from "./skill.ts";
import { subJobTool } from "./sub-job.ts";
import { threadTool } from "./thread.ts";
import { webSearchTool } from "./web-search.ts";

/** Every tool there is, sorted by name: the list is the same in every run, or no cache would keep it. */
export const allTools: readonly AnyTool[] = [
  actionsTool,
  askOwnerTool,
  commitmentsTool,
  documentTool,
  eventsTool,
  freeTimeTool,
  itemTool,
  ledgerTool,
  memoryTool,
  overviewTool,
  personTool,
  proposeTool,
  rememberTool,
  searchTool,
  skillTool,
  subJobTool,
  threadTool,
  webSearchTool,
];
