/** One triangle over the whole viewport. */
export const VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`

/** The arithmetic of sample-grey.ts. `SAMPLER` becomes usampler2D or isampler2D, by the sign of the stored values. */
export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp SAMPLER;
precision highp sampler2D;
uniform SAMPLER stored;
uniform sampler2D greys;
uniform mat3 toImage;
uniform vec2 imageSize;
uniform float screenHeight;
uniform float perPixel;
uniform int low;
uniform int entries;
uniform bool smoothly;
out vec4 colour;

float at(ivec2 place) { return float(texelFetch(stored, place, 0).r); }

void main() {
  vec2 image = (toImage * vec3(gl_FragCoord.x, screenHeight - gl_FragCoord.y, 1.0)).xy;
  if (image.x < 0.0 || image.y < 0.0 || image.x >= imageSize.x || image.y >= imageSize.y) {
    colour = vec4(0.0);
    return;
  }
  ivec2 last = textureSize(stored, 0) - 1;
  vec2 place = image / perPixel;
  float value;
  if (smoothly) {
    vec2 centred = clamp(place - 0.5, vec2(0.0), vec2(last));
    ivec2 near = ivec2(centred);
    ivec2 far = min(near + 1, last);
    vec2 part = centred - vec2(near);
    value = mix(
      mix(at(near), at(ivec2(far.x, near.y)), part.x),
      mix(at(ivec2(near.x, far.y)), at(far), part.x), part.y);
  } else {
    value = at(min(ivec2(place), last));
  }
  int entry = clamp(int(floor(value + 0.5)) - low, 0, entries - 1);
  float grey = texelFetch(greys, ivec2(entry & 255, entry >> 8), 0).r;
  colour = vec4(vec3(grey), 1.0);
}`
