import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunningPage } from "../../../approvals/page/create-page.ts";
import { writeSeen } from "../../../approvals/page/page-actions.ts";
import { sharedDataFile } from "../../support/data-folder.ts";
import { type Device, openPageHouse, type PageHouse } from "./page-house.ts";
