/** Floor plans: walls as cells [x, y], x along a row of the drawing and y from row to row. */

function wallsOf(rows: readonly string[]): [number, number][] {
  return rows.flatMap((row, y) =>
    Array.from(row).flatMap((cell, x): [number, number][] => (cell === "#" ? [[x, y]] : [])),
  );
}

/** Thirteen by thirteen cells. */
export const fourRooms = wallsOf([
  "#############",
  "#     #     #",
  "#     #     #",
  "#           #",
  "#     #     #",
  "#     #     #",
  "### ##### ###",
  "#     #     #",
  "#     #     #",
  "#           #",
  "#     #     #",
  "#     #     #",
  "#############",
]);

/** Twenty-two by twenty-two cells. */
export const maze = wallsOf([
  "######################",
  "#      #     #     # #",
  "#      #     #     # #",
  "######    #  # ##  # #",
  "#         #  # #   # #",
  "#         #  # ### # #",
  "#  ########  #   #   #",
  "#    # # #  ##   #   #",
  "#    # # #     # # ###",
  "#    # # #     # # # #",
  "###### # ####### # # #",
  "#  #         #   # # #",
  "#  # ## ###  #   # # #",
  "## # #    #  ##### # #",
  "## # # #  #      # # #",
  "#    # ####        # #",
  "# ####  # ########   #",
  "#       #  #   # ### #",
  "#  #  # #  # # #   # #",
  "# ##### #    # #     #",
  "#            #       #",
  "######################",
]);

/** Seven by seven cells: two rooms and two doors. */
export const twoRooms = wallsOf(["#######", "#  #  #", "#     #", "#  #  #", "#     #", "#  #  #", "#######"]);
