/** The two channels between the page's preload script and the main process; what goes over them is contract/wire.ts. */
export const REQUESTS = 'right-reason:request'
export const REPLIES = 'right-reason:reply'
