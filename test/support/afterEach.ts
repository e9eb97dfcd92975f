/** After each test: checks that requests and responses conform to the API's description. */
import { expectNoViolations } from "./violations";

afterEach(expectNoViolations);
afterAll(expectNoViolations);
