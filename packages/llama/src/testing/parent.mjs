// A process that starts a server, tells its pid and then waits to be killed.
import { startLlama, tinyTalkPath } from '../../dist/index.js';

const { pid } = await startLlama({ modelPath: tinyTalkPath });
process.send?.(pid);
