import { expect, test } from 'vitest'

import { runCli } from './run-cli.ts'

const PROJECT = ['--project', '/nowhere/none.rightreason', '--case', 'a.dcm']

test.each([
  ['a region that is reversed', ['--region', '10,10,5,20'], 'x1 has to be greater than x0'],
  ['a region that is empty', ['--region', '10,10,10,20'], 'is empty'],
  ['a region of three numbers', ['--region', '1,2,3'], 'takes x0,y0,x1,y1'],
  ['a region that is no number', ['--region', '1,2,x,4'], 'takes x0,y0,x1,y1'],
  ['no region where one is needed', [], 'needs --region'],
  ['a region and a zone', ['--region', '1,2,3,4', '--zone', 'markers'], 'cannot both be given'],
  ['an operation that there is none of', ['--operation', 'explode'], 'Allowed choices'],
  ['too few controls', ['--region', '1,2,3,4', '--controls', '2'], 'at least 4'],
])('check refuses %s as wrong usage', async (_, options, message) => {
  const { code, stdout, stderr } = await runCli(['check', ...PROJECT, ...options])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test.each([['check', [...PROJECT, '--region', '1,2,3,4']], ['suspect', PROJECT.slice(0, 2)], ['calibrate', ['--plant', PROJECT[1]]]])('%s of a project that is not there is told so', async (command, options) => {
  const { code, stderr } = await runCli([command, ...options])
  expect(code).toBe(1)
  expect(stderr).toContain('file-not-found')
})

test('calibrate refuses a strength beyond 100 percent', async () => {
  expect(await runCli(['calibrate', '--strength', '120'])).toMatchObject({ code: 2 })
})
