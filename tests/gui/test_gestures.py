"""Which test performs which gesture, row by row of the canvas's contract; and no row without one.

A gesture is performed by real mouse, wheel, finger, drop or key events. What it does to the document is asserted, and that
it is one step of the history, or none where it only looks; one that takes time is broken off by Escape too, which leaves
the very document that was there. Files are named from this folder; a test of the canvas lies in canvas/.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gui.shortcut_sheet import GESTURES

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """A gesture, the tests that perform it, and the one that breaks it off; `looks` where the document stays as it is."""

    gesture: str
    tests: str
    broken_off: str = ""
    looks: bool = False


CONTRACT: Mapping[str, tuple[Row, ...]] = {
    "Add": (
        Row("double click, Tab, Space, Shift+A, right click: the list opens under the cursor", "canvas/test_keys test_every_way_in_opens_the_list_and_enter_adds_one_block", "canvas/test_keys test_escape_and_a_click_elsewhere_close_the_list"),
        Row("drag from the palette", "canvas/test_drop test_a_block_dropped_on_nothing_lies_under_the_cursor_in_one_step", "canvas/test_drop test_a_block_that_leaves_again_leaves_nothing"),
        Row("search: fuzzy, English, Chinese, initials of pinyin, other names", "test_palette test_a_few_letters_find_a_block test_initials_of_pinyin_are_those_a_dictionary_gives", looks=True),
        Row("what was used lately and favourites come first, arrows walk", "canvas/test_keys test_arrows_walk_through_the_list_and_what_was_used_lately_comes_first test_favourites_come_before_what_was_used_lately_and_both_are_remembered", looks=True),
        Row("Ctrl+Enter wires it behind the selected block, and so a chain is built", "canvas/test_keys test_a_whole_chain_is_built_without_the_mouse"),
        Row("type a net in one line", "canvas/test_line_bar test_a_line_becomes_a_network_in_one_step"),
    ),
    "Link": (
        Row("drag from port to port, near enough, either way", "canvas/test_link test_a_drag_from_output_to_input_draws_a_wire_as_one_step test_the_hand_need_not_hit_the_port test_a_wire_can_be_drawn_backwards_too", "canvas/test_link test_a_wire_in_the_hand_can_be_dropped_and_a_picked_up_one_comes_back"),
        Row("click a port, click another", "canvas/test_link test_a_click_on_a_port_and_a_click_on_another_draw_a_wire_too", "canvas/test_link test_a_carried_wire_is_dropped_by_escape"),
        Row("the shape or the reason stands beside the cursor, others fade", "canvas/test_link test_the_shape_stands_beside_the_cursor_where_the_wire_fits test_the_reason_stands_beside_the_cursor_while_dragging_where_it_does_not test_blocks_that_cannot_take_the_wire_fade_and_ports_that_can_light_up"),
        Row("refused: what bridges it is offered, shown and taken", "canvas/test_link test_a_refused_wire_is_offered_the_blocks_that_bridge_it_and_shows_them_before", "canvas/test_link test_escape_in_the_menu_of_bridges_leaves_all_as_it_was"),
        Row("release on nothing: blocks that fit, likely ones first", "canvas/test_link test_dropped_on_nothing_it_asks_for_a_block_that_fits_and_wires_it_in_one_step test_blocks_that_usually_follow_are_offered_first", "canvas/test_link test_leaving_the_list_leaves_no_wire"),
        Row("release on a body: its free port, or which of several", "canvas/test_link test_dropped_on_a_body_it_takes_the_first_free_port_that_fits test_dropped_on_a_body_with_two_free_ports_it_asks_which"),
        Row("drag from an occupied input picks its wire up", "canvas/test_link test_the_wire_of_an_occupied_input_is_picked_up_and_dropped_on_nothing_is_removed test_a_picked_up_wire_can_be_plugged_in_elsewhere_in_one_step", "canvas/test_link test_a_wire_in_the_hand_can_be_dropped_and_a_picked_up_one_comes_back"),
        Row("drop on an occupied input replaces its wire", "canvas/test_link test_a_wire_dropped_on_an_occupied_input_takes_its_place"),
        Row("Ctrl+drag on an output takes all its wires", "canvas/test_link test_ctrl_and_a_drag_on_an_output_take_all_its_wires_to_another", "canvas/test_link test_wires_in_the_hand_go_back"),
        Row("Shift+drag on a wire branches from it", "canvas/test_link test_shift_and_a_drag_on_a_wire_branch_from_where_it_starts"),
        Row("W: choose where the selected block leads", "canvas/test_keys test_w_leads_the_selected_block_to_an_input_that_takes_it_and_takes_the_wire_away_again"),
    ),
    "Insert": (
        Row("drop a block without wires on a wire", "canvas/test_move test_a_lone_block_dropped_on_a_wire_is_put_into_it", "canvas/test_move test_escape_over_a_wire_that_glows_puts_the_block_back_beside_it"),
        Row("Shift: any block; Alt: none", "canvas/test_move test_shift_while_dragging_puts_even_a_wired_block_into_another_wire test_alt_while_dragging_keeps_the_block_out_of_the_wire"),
        Row("from the palette onto a wire", "canvas/test_drop test_a_block_dropped_on_a_wire_is_put_into_it"),
        Row("Tab with a wire selected", "canvas/test_keys test_with_a_wire_selected_the_list_offers_what_may_be_put_into_it"),
    ),
    "Cut": (
        Row("Alt+drag, Ctrl+right drag: the knife", "canvas/test_select test_the_knife_cuts_all_wires_it_crosses_in_one_step", "canvas/test_select test_what_the_knife_will_cut_is_marked_and_escape_cuts_nothing"),
        Row("Alt+click on a wire, on a port", "canvas/test_select test_alt_and_a_click_remove_a_wire canvas/test_link test_alt_and_a_click_on_a_port_remove_all_its_wires"),
    ),
    "Extract": (
        Row("Ctrl+Alt+drag", "canvas/test_move test_ctrl_alt_and_a_drag_pull_a_block_out_and_the_wire_closes", "canvas/test_move test_escape_while_pulling_out_puts_the_block_back_into_its_wires"),
        Row("Alt+Del", "canvas/test_keys test_alt_delete_pulls_a_block_out_of_its_wires_and_keeps_it"),
    ),
    "Reroute": (
        Row("double click on a wire, drag the bend, delete it", "canvas/test_structure test_a_double_click_on_a_wire_bends_it_and_delete_straightens_it", "canvas/test_structure test_a_double_click_on_a_wire_bends_it_and_delete_straightens_it"),
        Row("R on a selected wire", "canvas/test_structure test_r_on_a_wire_bends_it_in_its_middle_and_delete_heals_it"),
    ),
    "Select": (
        Row("click, Ctrl+click, Shift+click", "canvas/test_move test_clicks_select_toggle_and_add", looks=True),
        Row("rubber band, Shift adds, Ctrl takes away", "canvas/test_select test_a_band_selects_what_it_touches test_shift_adds_what_the_band_touches_and_ctrl_takes_it_away", "canvas/test_select test_escape_takes_the_band_away_and_leaves_the_selection_as_it_was", looks=True),
        Row("Ctrl+A, Ctrl+I, Esc", "canvas/test_keys test_ctrl_a_ctrl_i_and_undo_keys canvas/test_select test_escape_without_a_gesture_selects_nothing", looks=True),
        Row("Ctrl+Shift+Left, Right: all upstream, downstream", "canvas/test_keys test_ctrl_shift_and_arrows_select_all_before_and_all_behind", looks=True),
        Row("a wire by a click", "canvas/test_select test_a_click_selects_a_wire_and_delete_removes_it"),
    ),
    "Move": (
        Row("drag, after 3 pixels or 150 ms", "canvas/test_move test_a_drag_moves_a_block_on_the_grid_as_one_step test_a_trembling_click_moves_nothing test_after_a_moment_the_smallest_movement_is_a_drag", "canvas/test_move test_whatever_ends_a_drag_too_early_puts_everything_back"),
        Row("arrows, Shift+arrows; held down it is one step", "canvas/test_keys test_arrows_nudge_by_one_step_of_the_grid_and_with_shift_by_ten test_a_key_that_is_held_down_is_one_step", "canvas/test_keys test_escape_before_the_key_is_up_takes_the_nudges_back"),
        Row("grid, guides, Ctrl leaves both", "canvas/test_move test_ctrl_leaves_the_grid canvas/test_arranging test_a_dragged_block_is_pulled_to_the_line_of_its_neighbours_and_ctrl_leaves_it", "canvas/test_arranging test_a_dragged_block_is_pulled_to_the_line_of_its_neighbours_and_ctrl_leaves_it", looks=True),
        Row("near the edge the view is pulled along", "canvas/test_move test_a_drag_near_the_edge_pulls_the_view_along_and_the_block_stays_in_the_hand"),
    ),
    "Duplicate": (
        Row("Ctrl+D, Ctrl+Shift+D with incoming wires", "canvas/test_clipboard test_duplicates_lie_below_and_are_selected test_ctrl_shift_d_keeps_the_wires_that_come_in"),
        Row("Alt+drag", "canvas/test_move test_alt_and_a_drag_leave_a_copy_where_it_is_dropped", "canvas/test_move test_escape_while_copying_leaves_no_copy"),
    ),
    "Clipboard": (
        Row("Ctrl+C, X, V, Ctrl+Shift+V; at the cursor, again a step further", "canvas/test_clipboard test_what_is_copied_is_text_that_a_person_can_read_and_comes_back_the_same test_cut_is_one_step_and_paste_brings_it_back test_paste_lands_at_the_cursor_and_again_a_step_further test_with_shift_the_wires_that_came_in_are_kept"),
        Row("between windows; bad text is refused in words", "canvas/test_clipboard test_blocks_travel_to_another_window test_text_that_is_no_blocks_is_refused_in_words_and_changes_nothing"),
    ),
    "Delete": (
        Row("Del, Backspace; with Ctrl the gap closes", "canvas/test_keys test_delete_removes_blocks_with_their_wires test_ctrl_delete_closes_the_gap"),
    ),
    "Frame": (
        Row("C, Ctrl+J around the selection, its title typed", "canvas/test_structure test_c_frames_the_selection_and_asks_for_a_title"),
        Row("moves with what lies in it, what is dropped in joins", "canvas/test_structure test_a_frame_carries_what_lies_in_it_and_a_block_that_is_dropped_in_joins", "canvas/test_structure test_escape_in_the_middle_of_dragging_a_frame_puts_all_back"),
        Row("a corner sizes it", "canvas/test_structure test_a_corner_sizes_a_frame_in_one_step_and_escape_in_the_middle_leaves_it", "canvas/test_structure test_a_corner_sizes_a_frame_in_one_step_and_escape_in_the_middle_leaves_it"),
        Row("double click renames, C colours", "canvas/test_structure test_a_double_click_renames_a_frame_and_c_colours_one_that_is_chosen"),
        Row("its sign, H and the menu collapse it", "canvas/test_framing test_a_collapsed_frame_hides_its_blocks_and_their_wires_end_at_its_edge", "canvas/test_framing test_what_is_folded_moves_with_the_frame_and_what_lies_beneath_stays"),
        Row("notes: Shift+C, drag, double click, Del", "canvas/test_structure test_a_note_is_written_dragged_rewritten_and_removed"),
    ),
    "Composite": (
        Row("Ctrl+G, Ctrl+Shift+G", "canvas/test_structure test_ctrl_g_groups_and_ctrl_shift_g_ungroups"),
        Row("double click, Enter, PgDn into it; PgUp, Esc, breadcrumb out", "canvas/test_structure test_every_way_into_a_composite_and_out_again"),
        Row("shared or made unique", "canvas/test_structure test_inside_one_edits_as_outside_and_all_twins_change test_a_block_made_unique_no_longer_changes_with_its_twin"),
        Row("a setting is promoted from the menu inside", "canvas/test_structure test_a_setting_is_promoted_from_the_menu_of_the_block_inside"),
        Row("drag to the palette keeps it", "canvas/test_structure test_a_composite_that_is_dropped_on_the_palette_is_kept_and_stays_where_it_was", "canvas/test_structure test_a_composite_that_is_dropped_on_the_palette_is_kept_and_stays_where_it_was"),
        Row("F2 gives it a title, R repeats", "canvas/test_structure test_f2_gives_all_of_a_definition_a_title test_r_asks_how_often_and_makes_a_chain", "canvas/test_structure test_r_asks_how_often_and_makes_a_chain"),
    ),
    "Bypass and mute": (
        Row("B bypasses, or says why not", "canvas/test_structure test_b_bypasses_where_the_shapes_allow_and_says_why_where_not"),
        Row("M mutes, H folds up, L locks", "canvas/test_structure test_m_mutes_and_what_depends_on_it_alone_is_drawn_idle test_h_folds_blocks_up_and_unfolds_them test_l_locks_a_block_and_neither_hand_nor_key_nor_layout_moves_it"),
    ),
    "Probe": (
        Row("Ctrl+Shift+click keeps a block in view", "test_window_commands test_ctrl_shift_click_keeps_a_block_in_view_and_the_wheel_does_what_is_preferred", looks=True),
    ),
    "Layout": (
        Row("Ctrl+L, Ctrl+Alt+L, of all or of some", "canvas/test_keys test_auto_layout_is_one_step_and_lines_a_chain_up test_auto_layout_of_some_blocks_leaves_the_others canvas/test_arranging test_arranged_from_top_to_bottom_the_flow_runs_down"),
        Row("Shift+W, A, S, D align; the menu distributes; Q straightens", "canvas/test_arranging test_shift_and_a_letter_align_edges_with_the_outermost_block test_gaps_become_equal_and_the_outermost_blocks_stay test_q_makes_the_wires_straight"),
        Row("blocks glide there, and whatever a person does ends it", "canvas/test_arranging test_blocks_glide_to_their_places_and_anything_a_person_does_ends_it"),
    ),
    "View": (
        Row("wheel zooms at the cursor, or scrolls; Shift goes sideways", "canvas/test_view test_the_wheel_zooms_by_a_quarter_octave_a_notch_and_the_point_under_it_stays test_who_prefers_scrolling_gets_it test_shift_and_the_wheel_pan_sideways test_zoom_ends_at_a_tenth_and_at_four", looks=True),
        Row("trackpad: two fingers pan, pinch zooms", "canvas/test_view test_two_fingers_on_a_trackpad_pan_and_with_ctrl_zoom test_a_pinch_zooms_at_the_fingers", looks=True),
        Row("middle drag, Space+drag, right drag pan", "canvas/test_view test_the_picture_follows_the_hand test_the_right_button_pans_where_it_is_dragged_and_asks_where_it_is_clicked", "canvas/test_view test_escape_in_the_middle_of_a_pan_goes_back", looks=True),
        Row("F, Home fit all; Shift+F, dot the selection; Ctrl+0, +, -", "canvas/test_view test_fit_shows_everything_and_nothing_larger_than_life test_shift_f_and_a_dot_fit_what_is_selected test_keys_zoom_in_out_and_to_actual_size_around_the_middle", looks=True),
        Row("Ctrl+Shift+1 to 9 keep a view, Ctrl+1 to 9 go there", "canvas/test_seeing test_ctrl_shift_and_a_number_keep_a_view_and_ctrl_and_the_number_come_back", looks=True),
        Row("minimap: N, click, drag, wheel", "canvas/test_seeing test_n_shows_the_map_and_hides_it test_a_click_on_the_map_goes_there_a_drag_along_and_the_wheel_zooms", looks=True),
        Row("the farther away the less is painted", "canvas/test_view test_the_farther_away_the_less_is_painted", looks=True),
        Row("Ctrl+F finds, Enter goes on", "canvas/test_seeing test_ctrl_f_goes_from_one_to_the_next_and_the_view_follows", looks=True),
    ),
    "Ports and links": (
        Row("colour and form of a port tell its kind", "canvas/test_geometry test_a_shape_has_a_form_for_each_number_of_axes test_theme test_no_two_kinds_of_port_look_alike", looks=True),
        Row("shapes live on every wire, faults dashed", "canvas/test_link test_a_changed_setting_changes_the_shape_on_every_wire_behind_it test_wires_of_a_block_with_a_fault_are_dashed_and_say_so", looks=True),
    ),
    "Settings": (
        Row("double click or Enter types values on the block", "canvas/test_values test_units_are_typed_over_the_block_as_one_step test_all_selected_blocks_of_its_kind_change_together", "canvas/test_values test_escape_leaves_all_as_it_was"),
        Row("drag on a label scrubs", "test_inspecting test_a_label_is_dragged_and_the_whole_drag_is_one_step", "test_inspecting test_escape_in_the_middle_of_a_drag_leaves_no_step"),
        Row("several selected blocks are set as one", "test_several test_values_that_differ_are_said_to_and_what_is_typed_is_set_for_all_in_one_step", "test_several test_a_drag_sets_all_while_it_goes_on_and_escape_brings_both_back"),
        Row("expressions; double click on a label: its default", "test_inspecting test_an_expression_and_a_double_click_that_brings_back_the_default_are_one_step_each"),
        Row("Alt+arrows and the steppers: width, layers", "canvas/test_stepping test_plus_and_minus_step_the_width_of_the_selected_layer_one_undo_step_each test_keys_add_layers_behind_the_selected_one_and_take_them_away_again"),
    ),
    "Undo": (
        Row("Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y, and what it would undo", "canvas/test_keys test_ctrl_a_ctrl_i_and_undo_keys test_window_commands test_undo_says_what_it_would_undo_and_is_grey_without_anything", looks=True),
        Row("the history panel", "test_command_palette test_the_history_lists_the_steps_and_a_click_goes_there", looks=True),
        Row("the star in the title", "test_store test_the_star_in_the_title_comes_with_an_edit_and_goes_with_saving_or_undo", looks=True),
    ),
    "Keyboard": (
        Row("all of it, from the first block to the exported weights", "test_keyboard_alone test_a_network_is_built_trained_exported_and_saved_with_the_keyboard_alone", looks=True),
        Row("Ctrl+arrows walk along the wires", "canvas/test_keys test_ctrl_and_arrows_walk_along_the_wires", looks=True),
        Row("Menu key, F6, Shift+F6, Tab", "canvas/test_keys test_the_menu_key_opens_the_menu_of_the_selected_block_where_it_is test_tab_does_not_leave_but_shift_tab_does test_window_commands test_f6_goes_from_part_to_part_and_shift_f6_back", looks=True),
        Row("the outline, for a screen reader", "test_outline test_the_selection_goes_both_ways_and_the_arrow_keys_move_it test_return_asks_to_see_the_block test_for_everyone test_whatever_takes_the_keyboard_has_a_name_to_be_read_aloud", looks=True),
    ),
    "Touch": (
        Row("one finger is the mouse, two taps open the list", "canvas/test_touch test_one_finger_moves_a_block_and_draws_a_wire_as_one_step_each test_a_tap_selects_and_two_taps_open_the_list_of_blocks", "canvas/test_touch test_what_one_finger_has_begun_goes_back"),
        Row("held, it asks for the menu", "canvas/test_touch test_a_finger_that_is_held_asks_for_the_menu_and_moves_nothing", looks=True),
        Row("two fingers pan and zoom; ports are large", "canvas/test_touch test_two_fingers_zoom_and_what_lies_between_them_stays_there test_two_fingers_pan test_ports_and_steppers_are_large_for_a_finger_and_small_again_for_the_mouse", looks=True),
    ),
    "Screen and theme": (
        Row("1×, 1.5×, 2×, every theme, switched live", "canvas/test_stamp test_a_copy_looks_like_the_outlines test_theme test_an_icon_is_as_sharp_as_the_screen test_the_theme_changes_while_the_program_runs", looks=True),
    ),
    "Files": (
        Row("Ctrl+N, O, S, Shift+S", "test_window_commands test_keys_open_save_and_save_under_another_name"),
        Row("a file dragged in, recent and pinned files, templates", "test_window test_a_dropped_data_file_becomes_the_data_and_can_be_taken_back test_a_dropped_picture_of_a_network_opens_it test_files test_the_menu_greys_what_is_gone_and_keeps_what_is_pinned_on_top test_window test_a_click_on_a_card_opens_it_and_a_click_on_train_trains", looks=True),
        Row("kill -9, and what was drawn last is offered", "test_recovery test_what_was_drawn_last_outlives_kill_9", looks=True),
    ),
    "Palette": (
        Row("Ctrl+Shift+P, Ctrl+K", "test_command_palette test_a_few_letters_in_either_language_and_enter_do_it test_window_commands test_the_command_palette_does_what_menus_do_adds_blocks_and_opens_templates", "test_command_palette test_arrows_go_through_the_list_and_escape_gives_the_keyboard_back", looks=True),
        Row("F1 and ?", "test_window_commands test_f1_explains_the_selected_block_and_without_one_the_keys test_keys_of_the_canvas_reach_the_window_and_typing_elsewhere_does_not", looks=True),
        Row("other keys for a command", "test_command_palette test_a_new_key_is_pressed_and_assigned test_a_key_that_is_taken_says_by_whom_before_it_is_taken_over", looks=True),
    ),
    "Run": (
        Row("F5, Ctrl+Enter, F10, Shift+F5", "test_keyboard_alone test_a_network_is_built_trained_exported_and_saved_with_the_keyboard_alone test_window test_train_becomes_pause_and_pausing_keeps_the_run", looks=True),
        Row("a fault is listed, a click leads to it and mends it", "test_problems test_a_fault_is_mended_by_a_click_on_the_bridge_below_it test_problems_inside_composites_are_told_once_and_a_click_leads_there", looks=True),
    ),
}  # fmt: skip
SHEET = {  # gestures that the shortcut sheet promises, and the area they are tested in
    "Add a block": "Add", "Draw a wire": "Link", "Move all wires of an output": "Link", "Branch from a wire": "Link",
    "Remove a wire": "Cut", "Cut wires": "Cut", "Put a block into a wire": "Insert", "Drag copies": "Duplicate",
    "Pull a block out of its wires": "Extract", "Move freely, without grid and guides": "Move", "Select several": "Select",
    "Pan": "View", "Zoom": "View", "Break a gesture off": "Move",
}  # fmt: skip
ROWS = [row for rows in CONTRACT.values() for row in rows]


def found(named: str) -> list[str]:
    """The source of each test that is named; a name of a file goes before those of its tests."""
    made, texts = [], {}
    for word in named.split():
        if not word.startswith("test_") or (HERE / f"{word}.py").exists():
            path = HERE / f"{word}.py"
            source = path.read_text("utf-8")
            tree = ast.parse(source)
            texts = {f.name: ast.get_source_segment(source, f) for f in tree.body if isinstance(f, ast.FunctionDef)}
        else:
            assert word in texts, f"no test {word}"
            made.append(texts[word])
    return made


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.gesture[:40])
def test_each_row_is_performed_counted_and_broken_off(row):
    performed = found(row.tests)
    assert performed
    assert row.looks or any("steps" in text or "history.count" in text for text in performed), "nobody counts the steps"
    if row.broken_off:
        assert any("scape" in text or ".leave()" in text for text in found(row.broken_off)), "nobody breaks it off"


def test_what_the_shortcut_sheet_promises_is_performed_somewhere():
    assert {what.en: SHEET.get(what.en) for what in GESTURES} == SHEET
    assert set(SHEET.values()) <= CONTRACT.keys()
