/** After each test: what went over the wire was as the API is described. */
import { expectNoViolations } from "./violations";

afterEach(expectNoViolations);
afterAll(expectNoViolations);
