/**
 * What is used of the SDK of the Model Context Protocol. It is a development package, of 15 MB with those that it needs: the build
 * makes one file of what is named here, in the place of this one.
 */
export {
  createMcpHandler,
  fromJsonSchema,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  McpServer,
  originValidationResponse,
} from '@modelcontextprotocol/server';
export { serveStdio } from '@modelcontextprotocol/server/stdio';
