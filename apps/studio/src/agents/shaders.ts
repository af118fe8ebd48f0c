/** What the graphics processor runs for each agent, and for each point of it that is seen. */

/**
 * An agent between two frames. Discrete places are cells: the agent has a spot of its own in every cell, dwells there and
 * glides to the next; a jump over much of the space is no glide, and who leaves or jumps fades.
 */
export const vertexShader = `#version 300 es
precision highp float;
layout(location = 0) in vec2 before;
layout(location = 1) in vec2 after;
layout(location = 2) in float start;
layout(location = 3) in float group;
uniform float share;
uniform float gap;
uniform vec2 low;
uniform vec2 span;
uniform vec2 cell;
uniform vec2 circle;
uniform bool discrete;
uniform float farthest;
uniform float size;
uniform float opacity;
uniform int colouring;
uniform float fast;
uniform vec3 kinds[8];
uniform sampler2D map;
uniform vec2 ramp;
out vec4 colour;

float hashed(uint n) {
  n ^= n >> 16u;
  n *= 0x7feb352du;
  n ^= n >> 15u;
  n *= 0x846ca68bu;
  n ^= n >> 16u;
  return float(n >> 8u) / 16777216.0;
}

vec3 mapped(float at) {
  return texture(map, vec2((mix(ramp.x, ramp.y, clamp(at, 0.0, 1.0)) * 255.0 + 0.5) / 256.0, 0.5)).rgb;
}

void main() {
  if (before.x > 1e29) {
    gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
    gl_PointSize = 0.0;
    colour = vec4(0.0);
    return;
  }
  bool leaves = after.x > 1e29;
  vec2 way = leaves ? vec2(0.0) : after - before;
  if (circle.x > 0.0) way.x -= circle.x * round(way.x / circle.x);
  if (circle.y > 0.0) way.y -= circle.y * round(way.y / circle.y);
  float fade = leaves ? 1.0 - share : 1.0;
  vec2 at;
  if (discrete) {
    bool far = any(greaterThan(abs(way), farthest * span));
    float moved = smoothstep(0.1, 0.9, share);
    at = before + (far ? step(0.5, share) : moved) * way;
    if (far) fade *= abs(2.0 * share - 1.0);
    uint id = uint(gl_VertexID);
    at += 0.8 * cell * (vec2(hashed(2u * id + 1u), hashed(2u * id + 2u)) - 0.5);
  } else {
    at = before + share * way;
  }
  if (circle.x > 0.0) at.x = low.x + mod(at.x - low.x, circle.x);
  if (circle.y > 0.0) at.y = low.y + mod(at.y - low.y, circle.y);
  gl_Position = vec4(2.0 * (at - low) / span - 1.0, 0.0, 1.0);
  gl_PointSize = size;
  vec3 tint;
  if (colouring == 0) tint = kinds[int(group) % 8];
  else if (colouring == 1) tint = mapped(gap > 0.0 && fast > 0.0 ? length(way) / (gap * fast) : 0.0);
  else tint = mapped(start);
  float alpha = opacity * fade;
  colour = vec4(tint * alpha, alpha);
}
`;

export const fragmentShader = `#version 300 es
precision mediump float;
in vec4 colour;
uniform bool round_;
out vec4 seen;

void main() {
  if (round_) {
    vec2 from = 2.0 * gl_PointCoord - 1.0;
    if (dot(from, from) > 1.0) discard;
  }
  seen = colour;
}
`;
